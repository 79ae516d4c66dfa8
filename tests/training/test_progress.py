from training.progress import silent


def test_silence(capsys) -> None:  # type: ignore[no-untyped-def]
    silent("model", 1, 2)
    assert capsys.readouterr() == ("", "")
