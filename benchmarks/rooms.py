"""The rooms of the code and who imports whom: figures of revisions in Markdown, and the drawing in docs/.

A room is a folder or a file right inside a package. It stands on the floor above the highest room that it
imports; an arrow is a pair of rooms of which one imports the other. Rooms of a circle stand on one floor.
Imports for type checking alone do not count.

Run: python benchmarks/rooms.py [REVISION ...]      # figures; HEAD if no revision is named
     python benchmarks/rooms.py --draw              # write docs/rooms.svg from the files as they are
     python benchmarks/rooms.py --check             # fail if docs/rooms.svg would change
"""

from __future__ import annotations

import argparse
import ast
import importlib
import io
import runpy
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grimp import ImportGraph

ROOT = Path(__file__).parents[1]
DRAWING = ROOT / "docs" / "rooms.svg"
PACKAGES = ("winprob", "training", "serving", "models", "features")


@dataclass(frozen=True)
class Rooms:
    """The rooms of one package.

    Attributes
    ----------
    floors : dict of str to int
        The floor of each room, from 1.
    arrows : set of (str, str)
        Who imports whom.
    """

    floors: Mapping[str, int]
    arrows: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, rooms: Sequence[str], arrows: frozenset[tuple[str, str]]) -> Rooms:
        """Find the floors.

        Examples
        --------
        >>> Rooms.of(["a", "b", "c"], frozenset({("a", "b"), ("b", "c"), ("a", "c")})).floors
        {'a': 3, 'b': 2, 'c': 1}
        """
        below = _below(rooms, arrows)

        def floor(room: str) -> int:
            return 1 + max((floor(other) for other in below[room] if room not in below[other]), default=0)

        return cls({room: floor(room) for room in rooms}, arrows)

    def direct(self) -> set[tuple[str, str]]:
        """Leave out the arrows that follow from others.

        Examples
        --------
        >>> arrows = frozenset({("a", "b"), ("b", "c"), ("a", "c")})
        >>> sorted(Rooms.of(["a", "b", "c"], arrows).direct())
        [('a', 'b'), ('b', 'c')]
        """
        below = _below(list(self.floors), self.arrows)
        return {
            (a, b)
            for a, b in self.arrows
            if not any(b in below[other] for above, other in self.arrows if above == a)
        }


def _below(rooms: Sequence[str], arrows: frozenset[tuple[str, str]]) -> dict[str, set[str]]:
    """All rooms that one leads to, by arrows."""
    below = {room: {b for a, b in arrows if a == room} for room in rooms}
    for middle in rooms:  # Warshall: paths through one room more
        for room in rooms:
            if middle in below[room]:
                below[room] |= below[middle]
    return below


@dataclass(frozen=True)
class Sources:
    """The sources of a revision.

    Attributes
    ----------
    files : dict of str to Path
        By module.
    graph : grimp.ImportGraph
        Of all modules.
    prefix : str
        Of the packages' names: once they were "features", …, now they are "winprob.features", ….
    """

    files: Mapping[str, Path]
    graph: ImportGraph
    prefix: str

    def room_of(self, module: str) -> tuple[str, str]:
        """Name the package and the room of a module; the room is empty for a package itself."""
        parts = module.removeprefix(self.prefix).split(".")
        if parts[0] not in PACKAGES:  # a file of winprob, beside the four packages
            parts = ["winprob", *parts]
        return parts[0], parts[1] if len(parts) > 1 else ""

    def rooms(self, package: str) -> Rooms:
        """Find the rooms of a package."""
        room = {m: r for m in self.graph.modules for p, r in [self.room_of(m)] if p == package and r}
        arrows = {
            (room[module], room[imported])
            for module in room
            for imported in self.graph.find_modules_directly_imported_by(module)
            if imported in room and room[imported] != room[module]
        }
        return Rooms.of(sorted(set(room.values())), frozenset(arrows))

    def one_importer(self) -> list[str]:
        """Name the modules that one other module imports, and no other."""
        return [
            module
            for module, file in self.files.items()
            if file.name != "__init__.py" and len(self.graph.find_modules_that_directly_import(module)) == 1
        ]


def main() -> None:
    """Print figures, or draw, or check the drawing."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("revisions", nargs="*", default=["HEAD"])
    parser.add_argument("--draw", action="store_true")
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    if not (asked.draw or asked.check):
        print("\n".join(figures(asked.revisions)))
        return
    sys.path.append(str(ROOT))
    from benchmarks.drawing import draw

    with tempfile.TemporaryDirectory() as folder:
        sources = read(ROOT, Path(folder))
        drawn = draw({package: sources.rooms(package) for package in PACKAGES if package != "features"})
    if asked.draw:
        DRAWING.write_text(drawn, encoding="utf-8")
    elif DRAWING.read_text(encoding="utf-8") != drawn:
        sys.exit(f"{DRAWING.relative_to(ROOT)} is out of date: python benchmarks/rooms.py --draw")


def read(root: Path, tree: Path) -> Sources:
    """Read the sources of a checkout, laid out in an empty folder as they are installed."""
    import grimp

    prefix = "winprob." if "package-dir" in (root / "pyproject.toml").read_text(encoding="utf-8") else ""
    place = root
    if prefix:
        runpy.run_path(str(ROOT / ".ci" / "tree.py"))["lay_out"](root, tree)
        place = tree
    names = ["winprob"] if prefix else list(PACKAGES)
    sys.path.insert(0, str(place))
    importlib.invalidate_caches()
    try:
        graph = grimp.build_graph(*names, exclude_type_checking_imports=True, cache_dir=None)
    finally:
        sys.path.remove(str(place))
    files = {}
    for file in sorted(file for name in names for file in (place / name).rglob("*.py")):
        module = ".".join(file.relative_to(place).with_suffix("").parts).removesuffix(".__init__")
        files[module] = file
    return Sources(files, graph, prefix)


def figures(revisions: Sequence[str]) -> Iterator[str]:
    """Write the figures of revisions side by side, then the files and lines of each room."""
    names = [_git("rev-parse", "--short", revision).decode().strip() for revision in revisions]
    columns, tables = [], []
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            checkout = Path(folder) / "checkout"
            with tarfile.open(fileobj=io.BytesIO(_git("archive", name))) as archive:
                archive.extractall(checkout, filter="data")
            sources = read(checkout, Path(folder) / "tree")
            columns.append(dict(_totals(sources)))
            tables.append(list(_sizes(sources)))
    yield "| | " + " | ".join(f"at {name}" for name in names) + " |"
    yield "|---" * (len(names) + 1) + "|"
    for row in columns[0]:
        yield f"| {row} | " + " | ".join(column[row] for column in columns) + " |"
    for name, table in zip(names, tables, strict=True):
        yield f"\n| at {name} | files | lines |\n|---|---:|---:|"
        yield from table


def _totals(sources: Sources) -> Iterator[tuple[str, str]]:
    texts = {module: file.read_text(encoding="utf-8") for module, file in sources.files.items()}
    lines = {module: len(text.splitlines()) for module, text in texts.items()}
    functions = {
        f"{module.removeprefix(sources.prefix)}.{node.name}": node
        for module, text in texts.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    longest = max(lines, key=lines.__getitem__)
    yield "source files", f"{len(lines):,}"
    yield "lines", f"{sum(lines.values()):,}"
    yield "longest file", f"{lines[longest]} lines, `{longest.removeprefix(sources.prefix)}`"
    for figure, length in (("longest function", _length), ("the same without docstrings", _code_length)):
        name, node = max(functions.items(), key=lambda function: length(function[1]))
        yield figure, f"{length(node)} lines, `{name}`"
    yield "files with one importer", f"{len(sources.one_importer())}"
    for package in ("models", "training"):
        rooms = sources.rooms(package)
        yield (
            f"`{package}/`: rooms, floors, arrows",
            f"{len(rooms.floors)}, {max(rooms.floors.values())}, {len(rooms.arrows)}",
        )


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.stmt) -> int:
    return (node.end_lineno or 0) - node.lineno + 1


def _code_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return _length(function) - (_length(function.body[0]) if ast.get_docstring(function) else 0)


def _sizes(sources: Sources) -> Iterator[str]:
    """Files that lie right in a package are one row."""
    sizes: dict[str, list[int]] = {}
    for module, file in sources.files.items():
        package, room = sources.room_of(module)
        place = f"{package}/" if file.parent.name == package else f"{package}/{room}/"
        sizes.setdefault(place, []).append(len(file.read_text(encoding="utf-8").splitlines()))
    for place in sorted(sizes, key=lambda place: (PACKAGES[::-1].index(place.split("/")[0]), place)):
        alone = " (files right in it)" if place.count("/") == 1 and place != "winprob/" else ""
        yield f"| `{place}`{alone} | {len(sizes[place])} | {sum(sizes[place]):,} |"


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True).stdout


if __name__ == "__main__":
    main()
