"""Runs the shards of a store on any executor, and bears workers that die.

A shard whose process dies is done again, at most `DEATHS` times in all. An executor that breaks as a whole does not say which
shard was to blame: those that were under way are done again, each alone, so that the others are finished.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from ..diagnostics import PintaError
from ..store.model import Shard
from .pool import Pool, WorkerDiedError
from .shard import Task, Work, work_on

DEATHS = 3


@dataclass(frozen=True)
class Workers:
    """Where work is done, and what: ``start`` opens any executor, ``ahead`` says how many shards are handed to it at a time.

    ``shares_memory`` where the work is done in this process.
    """

    start: Callable[[], AbstractContextManager[Executor]]
    ahead: int = 1
    shares_memory: bool = False
    work: Work = work_on


@dataclass(frozen=True)
class Failure:
    """Why a shard could not be worked on."""

    message: str


class _Here(Executor):
    """Does the work at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def here() -> Workers:
    """This process."""
    return Workers(_Here, shares_memory=True)


def processes(count: int) -> Workers:
    """Processes on this machine; one is this process itself.

    Raises:
        PintaError: the number is below 1.
    """
    if count < 1:
        raise PintaError("--workers must be at least 1.")
    if count == 1:
        return here()

    @contextmanager
    def start() -> Iterator[Executor]:
        pool = Pool(count)
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)

    return Workers(start, ahead=2 * count)


def cluster(address: str, timeout: str = "20s") -> Workers:
    """A Dask cluster, by the address of its scheduler (``tcp://…``). Dask itself retries the work of workers that die."""

    @contextmanager
    def start() -> Iterator[Executor]:
        import distributed

        connect: Any = distributed.Client
        try:
            client = connect(address, timeout=timeout)
        except OSError as error:
            raise PintaError(f"There is no Dask scheduler at {address}: {error}") from None
        with client:
            yield client.get_executor(pure=False)

    return Workers(start, ahead=256)


def run(task: Task, shards: Sequence[Shard], workers: Workers) -> Iterator[tuple[Shard, str | Failure]]:
    """Work on every shard: yields its key when it is done, or why it could not be; in the order in which they end."""
    if not workers.shares_memory and (task.place.of_this_process or task.work.of_this_process):
        raise PintaError("memory:// lies in one process: other workers cannot see it. Use --workers 1, or another URL.")
    yield from _Run(task, workers).run(shards)


class _Run:
    def __init__(self, task: Task, workers: Workers) -> None:
        self.task, self.workers = task, workers
        self.faults: Counter[str] = Counter()
        self.alone: deque[Shard] = deque()
        self.waiting: deque[Shard] = deque()

    def run(self, shards: Sequence[Shard]) -> Iterator[tuple[Shard, str | Failure]]:
        self.waiting.extend(shards)
        while self.waiting or self.alone:
            with self.workers.start() as executor:
                if self.alone:
                    yield from self._drain(executor, self.alone, 1)
                else:
                    yield from self._drain(executor, self.waiting, self.workers.ahead)

    def _drain(self, executor: Executor, queue: deque[Shard], ahead: int) -> Iterator[tuple[Shard, str | Failure]]:
        """Hand out a queue until it is empty, or the executor breaks: then what was under way is to be done alone."""
        running: dict[Future[str], Shard] = {}
        broken = False
        while running or (queue and not broken):
            while queue and len(running) < ahead and not broken:
                shard = queue.popleft()
                try:
                    running[executor.submit(self.workers.work, self.task, shard)] = shard
                except BrokenExecutor:
                    queue.appendleft(shard)
                    broken = True
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                shard = running.pop(future)
                error = future.exception()
                if isinstance(error, BrokenExecutor):
                    broken = True
                    yield from self._broken(shard, suspect=ahead == 1)
                elif isinstance(error, WorkerDiedError | OSError) and self._again(shard):
                    queue.append(shard)
                elif error is not None:
                    yield shard, Failure(_said(error))
                else:
                    yield shard, future.result()

    def _again(self, shard: Shard) -> bool:
        """Whether a shard is tried once more whose process died, or that could not be read or written for a moment."""
        self.faults[shard.name] += 1
        return self.faults[shard.name] < DEATHS

    def _broken(self, shard: Shard, *, suspect: bool) -> Iterator[tuple[Shard, Failure]]:
        """The executor broke while a shard was under way; when it was the only one, the shard is to blame."""
        if suspect and not self._again(shard):
            yield shard, Failure(_said(WorkerDiedError()))
        else:
            self.alone.append(shard)


def _said(error: BaseException) -> str:
    name = type(error).__name__
    if isinstance(error, WorkerDiedError):
        return f"The process that worked on it died {DEATHS} times."
    if name == "KilledWorker":
        return "The workers of the cluster that worked on it died, one after the other."
    return str(error) if isinstance(error, PintaError) else f"{name}: {error}"
