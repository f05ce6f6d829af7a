"""Folders on any URL that fsspec knows: ``/data/x``, ``file:///data/x``, ``s3://bucket/x``, ``hf://datasets/…``, ``memory://x``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from ..diagnostics import PintaError


@dataclass(frozen=True)
class Place:
    """A folder, by its URL. It can be sent to other processes."""

    url: str

    @cached_property
    def _found(self) -> tuple[Any, str]:
        from fsspec.core import url_to_fs

        try:
            fs, path = url_to_fs(self.url)
        except (ImportError, ValueError) as error:
            raise PintaError(f"{self.url} cannot be reached: {error}") from None
        return fs, str(path).rstrip("/")

    def __getstate__(self) -> dict[str, str]:
        url = self.url if self.local is None else str(self.local)  # where another process works, a relative path is another
        return {"url": url}  # connections stay in the process that made them

    @property
    def fs(self) -> Any:
        """The file system of fsspec."""
        return self._found[0]

    @property
    def local(self) -> Path | None:
        """The folder on this machine; None where it is elsewhere."""
        protocol = self.fs.protocol
        is_local = "file" in ((protocol,) if isinstance(protocol, str) else protocol)
        return Path(self._found[1]) if is_local else None

    @property
    def of_this_process(self) -> bool:
        """Whether only this process can see it (``memory://``)."""
        protocol = self.fs.protocol
        return "memory" in ((protocol,) if isinstance(protocol, str) else protocol)

    def path(self, name: str = "") -> str:
        """Path of a file in it, as its file system writes paths."""
        return f"{self._found[1]}/{name}" if name else self._found[1]

    def below(self, name: str) -> Place:
        """A folder in this one."""
        return Place(f"{self.url.rstrip('/')}/{name}")

    def exists(self, name: str = "") -> bool:
        return bool(self.fs.exists(self.path(name)))

    def read(self, name: str) -> bytes:
        """The bytes of a file.

        Raises:
            FileNotFoundError: there is none.
        """
        found: bytes = self.fs.cat_file(self.path(name))
        return found

    def open(self, name: str) -> IO[bytes]:
        """A file to be read in pieces."""
        found: IO[bytes] = self.fs.open(self.path(name), "rb")
        return found

    @contextmanager
    def writing(self, name: str) -> Iterator[IO[bytes]]:
        """A file that appears whole when the block ends well.

        On this machine it has another name until then; object stores show nothing before the upload is complete.
        """
        path = self.path(name)
        work = f"{path.rpartition('/')[0]}/.{path.rpartition('/')[2]}.part" if self.local else path
        self.fs.makedirs(path.rpartition("/")[0], exist_ok=True)
        out = self.fs.open(work, "wb")
        try:
            yield out
        except BaseException:
            self._give_up(out, work)
            raise
        out.close()
        if work != path:
            Path(work).replace(path)

    def _give_up(self, out: Any, work: str) -> None:
        if self.local:
            out.close()
            Path(work).unlink(missing_ok=True)
        elif hasattr(out, "discard"):  # an upload in parts is called off; closing it would complete it
            out.discard()

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole."""
        with self.writing(name) as out:
            out.write(data)

    def names(self, folder: str = "") -> list[str]:
        """Names of the files below a folder, from this place, sorted; none where there is no folder."""
        above = self.path()
        found = self.fs.find(self.path(folder)) if self.exists(folder) else []
        return sorted(str(name)[len(above) :].lstrip("/") for name in found)

    def move(self, name: str, to: str) -> None:
        """Rename a file within this place."""
        target = self.path(to)
        self.fs.makedirs(target.rpartition("/")[0], exist_ok=True)
        if self.local:
            Path(self.path(name)).replace(target)
        else:
            self.fs.mv(self.path(name), target)

    def remove(self, name: str = "") -> None:
        """Remove a file, or a folder with everything in it."""
        if self.exists(name):
            self.fs.rm(self.path(name), recursive=True)
