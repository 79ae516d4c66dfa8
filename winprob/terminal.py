"""The terminal: results on standard output; progress, and what should be known, on standard error.

Whatever is printed is text: what looks like markup in a name is shown as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from winprob.features.history import History
    from winprob.features.notice import Notice
    from winprob.features.playbook import Playbook

out = Console(markup=False, emoji=False, highlight=False)
errors = Console(stderr=True, markup=False, emoji=False, highlight=False)


@contextmanager
def working() -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar while something is done.

    Yields
    ------
    callable
        Moves the bar: takes what is being done now, how many steps are done, and of how many.

    Examples
    --------
    >>> with working() as step:
    ...     step("reading", 0, 1)
    """
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda doing, done, of: progress.update(task, description=doing, completed=done, total=of)


def print_json(data: object) -> None:
    """Print data as JSON, and nothing else, on standard output."""
    out.print(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False), soft_wrap=True)


def notify(notice: Notice) -> None:
    """Say what should be known before numbers are used."""
    errors.print(str(notice), style="yellow", soft_wrap=True)


def read_history(folder: Path, playbook: str | Playbook) -> History:
    """Read a history, and say what should be known of it.

    Parameters
    ----------
    folder : pathlib.Path
    playbook : str or winprob.features.playbook.Playbook
        A playbook, its name, or the path of its file.

    Raises
    ------
    winprob.features.mistake.Mistake
        If the history or the playbook cannot be used.
    """
    from winprob.features.reading import read

    history = read(folder, playbook)
    for notice in history.notices:
        notify(notice)
    return history
