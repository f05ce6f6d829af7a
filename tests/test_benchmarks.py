"""The benchmarks measure what they say, and their peers do the same work."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("orjson")

from generate import lines, write_store
from measure import FailedError, best, run, script

from pinta.corpus.layout import Corpus
from pinta.release.build import build
from pinta.store.model import open_store
from pinta.store.packing import unpack
from tiny import REPOSITORY

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="memory is read from /proc")
GREEDY = "import subprocess, sys; held = bytearray({0}); subprocess.run([sys.executable, '-c', {1!r}]); print('{{}}')"
HELD = 60_000_000


def test_memory_is_that_of_the_whole_tree_of_processes() -> None:
    alone = f"import time; held = bytearray({HELD}); time.sleep(0.3)"
    below = best([sys.executable, "-c", GREEDY.format(HELD, alone)], 1)
    assert HELD < run([sys.executable, "-c", alone]).peak < 2 * HELD < below.peak < 3 * HELD
    assert below.said == {}
    with pytest.raises(FailedError, match="no good"):
        run([sys.executable, "-c", "raise SystemExit('no good')"])


def test_peers_make_the_rows_that_a_build_makes(tmp_path: Path) -> None:
    here, store = Corpus(REPOSITORY), tmp_path / "store"
    write_store(store, here, lines(here, 15, 7), "jsonl")
    unpack(open_store(str(store)), tmp_path / "folder")
    content = build(Corpus(tmp_path / "folder"), tmp_path / "built", version="0.0.1").manifest["content"]
    wanted = sum(part["rows"] for name, part in content.items() if name.partition("/")[0] in ("articles", "stances", "requests"))
    peer = run(script("peers.py", "generator", store, tmp_path / "peer", "--validate")).said
    assert peer["rows"] == wanted
    limit = run(script("peers.py", "limit", store, tmp_path / "built", tmp_path / "limit")).said
    assert limit["seconds"] == pytest.approx(limit["parse"] + limit["write"]) and limit["parse"] > 0
