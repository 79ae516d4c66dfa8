"""Whether a change of the code changed an answer: write before it, write after it, compare.

Written are, of a company and a model as those of `winprob demo`: the model card in each language, the
scores of all open opportunities with their reasons, the forecast of two quarters by team, and what a service
answers to some documents. A change that moves rooms or words leaves all but the words as they are, to the
last digit.

Run: python benchmarks/golden.py --write FOLDER [--opportunities 6000]
     python benchmarks/golden.py --compare BEFORE AFTER
"""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

if sys.path[0] == str(Path(__file__).parent):
    sys.path[0] = str(Path(__file__).parents[1])  # run as a file, this folder would hide the packages

import winprob as wp
from winprob.features.message import languages
from winprob.features.record import documents_of
from winprob.models.bundle.bundle import Bundle
from winprob.models.present.card_markdown import markdown
from winprob.models.present.score_table import score_table
from winprob.serving.load.served_model import ServedModel
from winprob.serving.scores.scorer import Scorer

DOCUMENTS = 20
LINES = 5
"""So many lines that differ are shown of a file."""


def main() -> None:
    """Write answers, or compare those of two versions."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    parser.add_argument("--opportunities", type=int, default=6000)
    parser.add_argument("--compare", type=Path, nargs=2, metavar=("BEFORE", "AFTER"))
    asked = parser.parse_args()
    if asked.write is not None:
        simulated = wp.simulate(asked.opportunities)
        history = wp.History.of(wp.load_playbook(), simulated.tables)
        asked.write.mkdir(parents=True)
        for name, text in answers(wp.train(history).bundle, history):
            (asked.write / name).write_text(text, encoding="utf-8")
    if asked.compare is not None:
        differing = [line for name in names(*asked.compare) for line in compare(name, *asked.compare)]
        print("\n".join(differing) or "the same")
        sys.exit(bool(differing))


def answers(bundle: Bundle, history: wp.History) -> Iterator[tuple[str, str]]:
    """Name files and say what is in them."""
    end = history.last_event
    yield "scores.csv", score_table(bundle, history, end, "1", explain=True).to_csv(index=False)
    predicted = wp.Forecaster(bundle).predict(history, by="quarter", count=2, group="team")
    yield "forecast.csv", predicted.table.to_csv(index=False)
    scorer = Scorer(ServedModel(bundle, "1"))
    documents = [
        document.model_dump(mode="json", exclude_none=True)
        for document in documents_of(history, history.open_at(end)[:DOCUMENTS], end)
    ]
    documents.append({"stage": history.playbook.stage_codes[0], "as_of": end.isoformat()})
    for language in languages():
        yield f"card.{language}.md", markdown(bundle, "1", language)
        scores = [scorer.score(document, language).model_dump(mode="json") for document in documents]
        yield f"answers.{language}.json", json.dumps(scores, ensure_ascii=False, indent=1)


def names(*folders: Path) -> list[str]:
    """The files of any of some folders."""
    return sorted({file.name for folder in folders for file in folder.iterdir()})


def compare(name: str, before: Path, after: Path) -> list[str]:
    """Show how a file differs; nothing if it does not."""
    texts = [
        (folder / name).read_text(encoding="utf-8").splitlines() if (folder / name).exists() else []
        for folder in (before, after)
    ]
    lines = list(difflib.unified_diff(*texts, str(before / name), str(after / name), n=0, lineterm=""))
    left_out = [f"… {len(lines) - LINES:,} more"] if len(lines) > LINES else []
    return [*lines[:LINES], *left_out]


if __name__ == "__main__":
    main()
