"""Processes that work until they are killed. They fork off a server that has loaded everything, so that they start at once."""

from __future__ import annotations

import importlib
import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from pinta.corpus.layout import Corpus
from pinta.files import folder_whole
from pinta.release.build import build

for _name in ("jsonschema", "jsonschema_rs", "pyarrow.parquet", "rensa", "yaml"):
    importlib.import_module(_name)

PARTS = 12
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["pytest", "killed"])


def fill(folder: Path, word: str) -> None:
    """A folder of some files that all hold one word, half of them below it."""
    for n in range(PARTS):
        path = folder / ("deep" if n % 2 else ".") / f"{n}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(word * 2000)


def swap_for_ever(target: Path) -> None:
    """Replace a folder again and again."""
    for n in count():
        with folder_whole(target) as work:
            fill(work, "abcdefgh"[n % 8])


def build_for_ever(corpus: Path, target: Path) -> None:
    """Build a corpus again and again, as another version each time."""
    for n in count():
        build(Corpus(corpus), target, version=f"1.{n}.0")


@contextmanager
def running(work: Callable[..., None], *args: Any) -> Iterator[BaseProcess]:
    """While a process works, which is killed at the end."""
    process = _context.Process(target=work, args=args)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def finished(work: Callable[..., None], *args: Any) -> None:
    """Let a process work to its end."""
    process = _context.Process(target=work, args=args)
    process.start()
    process.join()
