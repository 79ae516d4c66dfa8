"""What the site adds to the pages as they are in the repository. MkDocs calls it while it builds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
HOMES = {"../README.md": "index.md"}
"""Files outside of docs/ that have a page here."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the examples, and the page that Typer writes about the command line."""
    for example in sorted((ROOT / "examples").iterdir()):
        files.append(File.generated(config, f"examples/{example.name}", abs_src_path=str(example)))
    typer = [sys.executable, "-m", "typer", "winprob.command_line", "utils", "docs", "--name", "winprob"]
    page = subprocess.run([*typer, "--title", "Command line"], capture_output=True, text=True, check=True)
    files.append(File.generated(config, "command-line.md", content=page.stdout))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Point links that lead out of docs/ to where the same is on the site."""
    for link, page in HOMES.items():
        markdown = markdown.replace(f"]({link}", f"]({page}")
    return markdown.replace("](../examples/", "](examples/")
