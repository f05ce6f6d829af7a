"""Run a command and say how long it took, and how much memory it and the processes below it held together.

Memory is the sum of resident sets (RSS) over the tree of processes, taken from /proc every 20 ms: pages that two processes
share count twice. Linux only.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
_EVERY, _PAGE = 0.02, os.sysconf("SC_PAGE_SIZE")


class FailedError(Exception):
    """A command that did not end well; the text is the end of what it wrote."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: seconds on the clock, seconds of processors, bytes of memory at the peak, and what it printed."""

    seconds: float
    cpu: float
    peak: int
    output: str

    @property
    def said(self) -> dict[str, Any]:
        """The JSON object in the last line of the output."""
        found: dict[str, Any] = json.loads(self.output.strip().splitlines()[-1])
        return found


def run(command: Sequence[str], env: dict[str, str] | None = None) -> Measured:
    """Run a command to its end.

    Raises:
        FailedError: with another exit status than 0.
    """
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**_environment(), **(env or {})})
    watch = _Watch(process.pid)
    watch.start()
    output, errors = process.communicate()
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    watch.stop()
    if process.returncode:
        raise FailedError(f"{' '.join(command)}: status {process.returncode}\n{errors[-2000:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(seconds, cpu, watch.peak, output)


def _environment() -> dict[str, str]:
    """As a user has it: Python keeps compiled modules, here in a folder of its own, whatever this process was told."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "pinta-bench-compiled")}


def best(command: Sequence[str], rounds: int, env: dict[str, str] | None = None) -> Measured:
    """The round that took the least processor time: what disturbs a round only makes it longer."""
    return min((run(command, env) for _ in range(rounds)), key=lambda measured: measured.cpu)


def pinta(*arguments: str | Path) -> list[str]:
    """A command line of Pinta, for this Python."""
    return [sys.executable, "-m", "pinta", *map(str, arguments)]


def script(name: str, *arguments: str | Path | int) -> list[str]:
    """A command line of a script beside this one."""
    return [sys.executable, str(HERE / name), *map(str, arguments)]


class _Watch(threading.Thread):
    """Looks at a tree of processes until it is told to stop."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root, self.peak, self._over = root, 0, threading.Event()

    def run(self) -> None:
        while not self._over.wait(_EVERY):
            self.peak = max(self.peak, sum(map(_resident, _tree(self.root))))

    def stop(self) -> None:
        self._over.set()
        self.join()


def _tree(root: int) -> list[int]:
    found, pending = [], [root]
    while pending:
        pid = pending.pop()
        found.append(pid)
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
                children = Path(f"/proc/{pid}/task/{task}/children").read_text()
                pending.extend(int(child) for child in children.split())
        except OSError:
            continue
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def machine() -> dict[str, Any]:
    """What figures depend on: the machine, and the versions of what runs."""
    names = ("pinta-corpus", "datasets", "pyarrow", "numpy", "orjson", "jsonschema", "jsonschema-rs", "rensa", "distributed", "zstandard")
    cpu = [line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    pages = os.sysconf("SC_PHYS_PAGES")
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "processors": f"{len(os.sched_getaffinity(0))} x {cpu[0] if cpu else platform.machine()}",
        "memory": pages * _PAGE,
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": platform.python_version(),
        "versions": {name: version for name in names if (version := _version(name))},
        "load": os.getloadavg()[0],
    }


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
