"""Processes on this machine that may die: only the work that one of them did is lost, and it is known which that was.

`ProcessPoolExecutor` breaks as a whole when a process is killed, does not say which work was to blame, and in some versions
of Python waits for ever. Here each process has a pipe and a thread of its own, and is replaced when it dies.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

_Call = tuple["Future[Any]", Callable[..., Any], tuple[Any, ...]]
_context = multiprocessing.get_context("spawn")  # a fork would copy the locks of Arrow's threads as they are


class WorkerDiedError(Exception):
    """The process that did a piece of work died of it, or was killed."""


class Pool(Executor):
    """An executor of ``count`` processes, which are started when they are needed."""

    def __init__(self, count: int) -> None:
        self._calls: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
        """Have a function of a module called in one of the processes; `WorkerDiedError` is raised where that dies."""
        future: Future[Any] = Future()
        self._calls.put((future, fn, args))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End all processes when the work that was handed in is done; what no process has begun can be left out."""
        while cancel_futures and not self._calls.empty():
            call = self._calls.get()
            if call is not None:
                call[0].cancel()
        for _ in self._threads:
            self._calls.put(None)
        for thread in self._threads if wait else []:
            thread.join()

    def _serve(self) -> None:
        """One thread: hands work to its process, and starts another one when that has died."""
        worker: _Worker | None = None
        while (call := self._calls.get()) is not None:
            future, fn, args = call
            if not future.set_running_or_notify_cancel():
                continue
            worker = worker or _Worker()
            try:
                good, result = worker.call(fn, args)
            except (EOFError, OSError):
                worker.end()
                worker = None
                future.set_exception(WorkerDiedError())
            else:
                (future.set_result if good else future.set_exception)(result)
        if worker:
            worker.end()


class _Worker:
    """One process and the pipe to it."""

    def __init__(self) -> None:
        self._pipe, theirs = _context.Pipe()
        self._process: BaseProcess = _context.Process(target=_work, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def call(self, fn: Callable[..., Any], args: tuple[Any, ...]) -> tuple[bool, Any]:
        """The result of a call, or the error that it raised.

        Raises:
            EOFError, OSError: the process is gone.
        """
        self._pipe.send((fn, args))
        wait([self._pipe, self._process.sentinel])
        good, result = self._pipe.recv()
        return bool(good), result

    def end(self) -> None:
        self._pipe.close()
        self._process.join()


def _work(pipe: Connection) -> None:
    """What a process does: calls, until the other end of its pipe is closed, also by the death of who holds it."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy is loaded with the first call; its threads would only wait
    while True:
        try:
            fn, args = pipe.recv()
        except EOFError:
            return
        try:
            answer = (True, fn(*args))
        except Exception as error:
            answer = (False, error)
        pipe.send(answer)
