"""The load tool ``wrk``, which sends the same to the same address: it checks the one of this project."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.load_tool import Address, LoadFailed

ROTATING = """
local documents, turn = {}, 0
for line in io.lines("DOCUMENTS") do documents[#documents + 1] = line end
request = function()
  turn = turn % #documents + 1
  return wrk.format("POST", nil, {["Content-Type"] = "application/json"}, documents[turn])
end
"""


def wrk_rate(address: Address, connections: int, seconds: float) -> float:
    """Requests per second of `wrk`, on one thread.

    Raises
    ------
    LoadFailed
        If any answer is not 2xx or 3xx, or a connection broke.
    """
    with TemporaryDirectory() as folder:
        documents, script = Path(folder, "documents.jsonl"), Path(folder, "rotate.lua")
        documents.write_bytes(b"\n".join(address.documents))
        script.write_text(ROTATING.replace("DOCUMENTS", documents.as_posix()))
        sizes = ["-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "60s"]
        url = f"http://127.0.0.1:{address.port}{address.path}"
        done = subprocess.run(["wrk", *sizes, "-s", script, url], capture_output=True, text=True, check=True)
    found = re.search(r"Requests/sec:\s*([\d.]+)", done.stdout)
    if found is None or re.search("Non-2xx|Socket errors", done.stdout):
        raise LoadFailed(f"wrk: expected 200 alone, found {done.stdout}")
    return float(found[1])
