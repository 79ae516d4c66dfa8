from __future__ import annotations

from pathlib import Path

from bundles import simulated_history, trained_bundle

from benchmarks.golden import answers, compare, names


def written(folder: Path) -> Path:
    folder.mkdir()
    for name, text in answers(trained_bundle(), simulated_history()):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_same_model_gives_the_same_answers(tmp_path: Path) -> None:
    before, after = written(tmp_path / "before"), written(tmp_path / "after")
    files = names(before, after)
    assert files == [
        "answers.en.json", "answers.zh.json", "card.en.md", "card.zh.md", "forecast.csv", "scores.csv",
    ]  # fmt: skip
    assert [line for name in files for line in compare(name, before, after)] == []
    assert all(len((before / name).read_text("utf-8").splitlines()) > 5 for name in files)


def test_what_differs_is_shown(tmp_path: Path) -> None:
    (before := tmp_path / "before").mkdir()
    (after := tmp_path / "after").mkdir()
    (before / "scores.csv").write_text("a\n0.1\n0.2\n")
    (after / "scores.csv").write_text("a\n0.1\n0.3\n")
    assert compare("scores.csv", before, after)[2:] == ["@@ -3 +3 @@", "-0.2", "+0.3"]
    (after / "card.md").write_text("\n".join(map(str, range(20))))
    assert names(before, after) == ["card.md", "scores.csv"]
    assert compare("card.md", before, after)[-2:] == ["+1", "… 18 more"]
