"""What wrk is asked for, and what is made of its answer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.load_tool import Address, LoadFailed
from benchmarks.wrk import wrk_rate

DOCUMENTS = (b'{"a": 1}', b"{}")


@pytest.fixture
def wrk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of this name that says what it is told to, in front of all others."""
    program = tmp_path / "wrk"
    program.write_text(
        f'#!/bin/sh\ncat "$7" > {tmp_path}/script.lua\necho "$@" > {tmp_path}/asked\ncat {tmp_path}/said\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return tmp_path


def test_wrk_is_asked_for_the_same(wrk: Path) -> None:
    (wrk / "said").write_text("Running 2s test\nRequests/sec:    321.50\nTransfer/sec: 1MB\n")
    assert wrk_rate(Address(8000, "/score", DOCUMENTS), connections=8, seconds=2.4) == 321.5
    asked = (wrk / "asked").read_text().split()
    assert asked[:5] == ["-t1", "-c8", "-d2s", "--timeout", "60s"]
    assert asked[-1] == "http://127.0.0.1:8000/score"
    assert "documents.jsonl" in (wrk / "script.lua").read_text()


def test_wrk_must_be_answered_200_too(wrk: Path) -> None:
    (wrk / "said").write_text("  Non-2xx or 3xx responses: 12\nRequests/sec:    321.50\n")
    with pytest.raises(LoadFailed, match="Non-2xx or 3xx responses: 12"):
        wrk_rate(Address(8000, "/score", DOCUMENTS), connections=8, seconds=1)
