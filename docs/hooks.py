"""What the site adds to the pages as they are in the repository. MkDocs calls it while it builds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

EXAMPLES = Path(__file__).parents[1] / "examples"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the examples, and the page that Typer writes about the command line."""
    for example in sorted(EXAMPLES.iterdir()):
        files.append(File.generated(config, f"examples/{example.name}", abs_src_path=str(example)))
    typer = [sys.executable, "-m", "typer", "winprob.command_line", "utils", "docs", "--name", "winprob"]
    page = subprocess.run([*typer, "--title", "Command line"], capture_output=True, text=True, check=True)
    files.append(File.generated(config, "command-line.md", content=page.stdout))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Point links to the examples, which lie outside of docs/, to where they are on the site."""
    return markdown.replace("](../examples/", "](examples/")
