"""How much there is to take over: source lines and numbers of folders, as they are and at earlier revisions.

Lines are all that files have, and of these the lines of code: neither empty, nor a comment, nor of a
docstring. Numbers are those that somebody chose: in assignments of a module, and as defaults of parameters
and of fields; a tuple counts as many as it holds.

Run: python benchmarks/size.py [--folders models training] [--without training/simulation
         training/hidden_interest] [REVISION ...]
"""

from __future__ import annotations

import argparse
import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Print a line for each revision."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("revisions", nargs="*", default=["HEAD"])
    parser.add_argument("--folders", nargs="+", default=["models", "training"])
    parser.add_argument("--without", nargs="*", default=["training/simulation", "training/hidden_interest"])
    asked = parser.parse_args()
    for revision in asked.revisions:
        names = _git("ls-tree", "-r", "--name-only", revision, *asked.folders).split()
        kept = [name for name in names if name.endswith(".py") and not name.startswith(tuple(asked.without))]
        texts = [_git("show", f"{revision}:{name}") for name in kept]
        lines, code = (
            sum(map(count, texts)) for count in (lambda text: len(text.splitlines()), lines_of_code)
        )
        numbers = sum(sum(chosen_numbers(text)) for text in texts)
        print(f"{revision}: {len(texts)} files, {lines:,} lines, {code:,} of code, {numbers} numbers")


def lines_of_code(text: str) -> int:
    r"""Count the lines that are neither empty, nor a comment, nor of a docstring.

    Examples
    --------
    >>> lines_of_code('"What it is."\n\nx = 1  # why\n# more\n')
    1
    """
    strings = {
        number
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    lines = enumerate(text.splitlines(), 1)
    return sum(bool(line.strip()) and line.strip()[0] != "#" and row not in strings for row, line in lines)


def chosen_numbers(text: str) -> Iterator[int]:
    r"""Count the numbers of each assignment of a module, and of each default.

    Examples
    --------
    >>> sum(chosen_numbers("A, B = 1, 2.5\ndef f(x: int = 3, y: str = 'a') -> None: ..."))
    3
    """
    tree = ast.parse(text)
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            yield _numbers(node.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield from map(_numbers, [*node.args.defaults, *node.args.kw_defaults])
        if isinstance(node, ast.ClassDef):
            yield from (_numbers(field.value) for field in node.body if isinstance(field, ast.AnnAssign))


def _numbers(value: ast.expr | None) -> int:
    """How many numbers an expression of nothing else holds; 0 for any other."""
    if isinstance(value, ast.Tuple | ast.List):
        counts = [_numbers(item) for item in value.elts]
        return sum(counts) if all(counts) else 0
    if isinstance(value, ast.UnaryOp):
        return _numbers(value.operand)
    if isinstance(value, ast.BinOp):
        return int(bool(_numbers(value.left) and _numbers(value.right)))
    number = isinstance(value, ast.Constant) and isinstance(value.value, int | float)
    return int(number and not isinstance(value.value, bool))


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
