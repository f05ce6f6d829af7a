"""Files that appear whole or not at all."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


def write_whole(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write a file, whole or piece by piece, beside its place, then rename it there: a reader sees the old bytes or the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    name = Path(made)
    try:
        with os.fdopen(handle, "wb") as out:
            out.writelines([data] if isinstance(data, bytes) else data)
            out.flush()
            os.fsync(out.fileno())
        name.chmod(0o644)
        name.replace(path)
    except BaseException:
        name.unlink(missing_ok=True)
        raise


@contextmanager
def folder_whole(target: Path) -> Iterator[Path]:
    """A new folder beside ``target`` that takes its place, in one rename, when the block ends well.

    When the block fails nothing changes. A process that is killed leaves the old folder, or the new one, and perhaps
    a ``.NAME.*.tmp`` beside it, which the next run removes.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    _sweep(target)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}.{os.getpid()}.", suffix=".tmp", dir=target.parent))
    work.chmod(0o755)
    try:
        yield work
        _sync(work)
        swap_in(work, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _sync(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def _sweep(target: Path) -> None:
    """Remove what killed runs left; the pid in the name says whether its maker still lives."""
    for left in target.parent.glob(f".{target.name}.*.tmp"):
        pid = left.name.removeprefix(f".{target.name}.").split(".")[0]
        if not (pid.isdigit() and _alive(int(pid))):
            shutil.rmtree(left, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def swap_in(new: Path, target: Path) -> None:
    """Put the folder ``new`` at ``target``; what stood there lies at ``new`` afterwards.

    One system call on Linux and macOS. Elsewhere two renames, between which there is a moment without a folder.
    """
    if not target.exists():
        new.rename(target)
    elif not _exchange(os.fsencode(new), os.fsencode(target)):
        old = new.with_name(f"{new.name}.old")
        target.rename(old)
        new.rename(target)
        old.rename(new)


def _exchange(new: bytes, target: bytes) -> bool:
    here, swap = -100, 2  # AT_FDCWD; RENAME_EXCHANGE and RENAME_SWAP are both 2
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform != "win32" else None
    if sys.platform == "linux" and hasattr(libc, "renameat2"):
        return bool(libc.renameat2(here, new, here, target, swap) == 0)  # type: ignore[union-attr]
    if sys.platform == "darwin" and hasattr(libc, "renamex_np"):
        return bool(libc.renamex_np(new, target, swap) == 0)
    return False
