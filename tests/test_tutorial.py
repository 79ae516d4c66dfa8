"""The notebooks run, and are stored without outputs."""

from __future__ import annotations

from pathlib import Path

import nbclient
import nbformat
import pytest

DOCS = Path(__file__).parents[1] / "docs"
TUTORIAL, LIFECYCLE = DOCS / "tutorial.ipynb", DOCS / "model-lifecycle.ipynb"


@pytest.mark.parametrize("file", [TUTORIAL, LIFECYCLE], ids=["tutorial", "model-lifecycle"])
def test_it_is_stored_without_outputs(file: Path) -> None:
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells
    assert not any(cell.outputs or cell.execution_count for cell in cells)


def executed(file: Path) -> nbformat.NotebookNode:
    notebook = nbformat.read(file, as_version=4)
    nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": DOCS}}).execute()
    return notebook


@pytest.mark.long
def test_the_tutorial_runs() -> None:
    notebook = executed(TUTORIAL)
    figure = next(cell for cell in notebook.cells if ".plot(" in cell.source)
    assert "Plotly.newPlot" in figure.outputs[0].data["text/html"]


@pytest.mark.long
def test_the_life_of_a_model_runs_and_no_command_of_it_fails() -> None:
    """0: done, 3: a watch with an alarm, 4: the champion stays."""
    commands = [cell for cell in executed(LIFECYCLE).cells if cell.source.startswith("winprob(")]
    assert len(commands) >= 5
    for cell in commands:
        assert cell.outputs[-1].data["text/plain"] in ("0", "3", "4"), cell.source
