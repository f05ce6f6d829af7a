"""Work on shards that goes wrong. A module of its own, as every process that does it has to load it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from pinta.jobs.shard import Task, work_on
from pinta.store.model import Shard

BAD = "shards/00001.jsonl"


def dies_once(task: Task, shard: Shard) -> str:
    """Work that is killed in the middle, the first time, of three shards."""
    mark = Path(os.environ["PINTA_TEST_MARKS"]) / shard.name.replace("/", "-")
    if shard.name in (BAD, "shards/00007.jsonl", "shards/00011.jsonl") and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return work_on(task, shard)


def dies_of_the_second(task: Task, shard: Shard) -> str:
    """Work that a certain shard kills each time."""
    with (Path(os.environ["PINTA_TEST_MARKS"]) / "log").open("a") as log:
        log.write(f"{shard.name}\n")
    if shard.name == BAD:
        os.kill(os.getpid(), signal.SIGKILL)
    return work_on(task, shard)


def fails(task: Task, shard: Shard) -> str:
    """Work that a certain shard shows a fault of the program in."""
    if shard.name == BAD:
        raise ZeroDivisionError("a fault of the program")
    return work_on(task, shard)


class DiesOnce:
    """Work that kills the worker that does it, for the first shard that is done."""

    def __init__(self, marks: str) -> None:
        self.mark = Path(marks) / "died"

    def __call__(self, task: Task, shard: Shard) -> str:
        if not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return work_on(task, shard)
