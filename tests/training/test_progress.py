import pytest

from winprob.training.progress import silent


def test_silence(capsys: pytest.CaptureFixture[str]) -> None:
    silent("model", 1, 2)
    assert capsys.readouterr() == ("", "")
