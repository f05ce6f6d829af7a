"""What a store is: a folder with ``store.json``, shards of records, and the other files of the corpus.

``store.json`` is written last: without it there is no store. Records are sorted by event and number over all shards.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ..corpus.layout import Corpus
from ..diagnostics import PintaError
from .place import Place

NAME = "store.json"
VERSION = 1
FORMATS = ("jsonl", "jsonl.zst", "parquet")


@dataclass(frozen=True, slots=True)
class Shard:
    """One file of records: ``bytes`` and ``sha256`` are those of the file, ``first`` and ``last`` the ids at its ends."""

    name: str
    records: int
    bytes: int
    sha256: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Store:
    """A store that is complete. ``files`` are the other files of the corpus (schema, card, …), by path with their hashes."""

    place: Place
    format: str
    schema_version: str
    shards: tuple[Shard, ...]
    files: dict[str, str]

    @property
    def records(self) -> int:
        return sum(shard.records for shard in self.shards)

    def as_json(self) -> dict[str, Any]:
        """The content of ``store.json``."""
        shards = [asdict(shard) for shard in self.shards]
        return {"format": self.format, "version": VERSION, "schema_version": self.schema_version, "shards": shards, "files": self.files}

    @contextmanager
    def corpus(self) -> Iterator[Corpus]:
        """A folder on this machine with what describes the corpus (schema, card, version, agreement), and no articles.

        It is removed afterwards.

        Raises:
            PintaError: a file is missing, or is not as it was written.
        """
        with tempfile.TemporaryDirectory(prefix="pinta-store-") as name:
            for path, digest in self.files.items():
                if path.count("/") > 1 and not path.startswith("schema/"):
                    continue
                target = Path(name) / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(self.file(path, digest))
            (Path(name) / "corpus").mkdir(exist_ok=True)
            yield Corpus(Path(name))

    def file(self, path: str, digest: str) -> bytes:
        """One of the other files.

        Raises:
            PintaError: it is missing, or is not as it was written.
        """
        try:
            raw = self.place.read(f"files/{path}")
        except FileNotFoundError:
            raw = b""
        if hashlib.sha256(raw).hexdigest() != digest:
            raise PintaError(f"{self.place.url}/files/{path} is not the file that {NAME} names. Pack the corpus again.")
        return raw


def is_store(where: str | Path) -> bool:
    """Whether a folder or a URL holds a store."""
    return Place(str(where)).exists(NAME)


def open_store(where: str | Path) -> Store:
    """The store at a folder or a URL.

    Raises:
        PintaError: there is none, or it is of a kind that this version does not read.
    """
    place = Place(str(where))
    try:
        body = json.loads(place.read(NAME))
        shards = tuple(Shard(**shard) for shard in body["shards"])
        made = Store(place, str(body["format"]), str(body["schema_version"]), shards, dict(body["files"]))
        version = body["version"]
    except (FileNotFoundError, NotADirectoryError):
        raise PintaError(f"{where} is no store: it has no {NAME}. `pinta pack` makes one.") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PintaError(f"{where}/{NAME} cannot be read: {error!r}. Pack the corpus again.") from None
    if version != VERSION or made.format not in FORMATS:
        raise PintaError(f"{where} is a store of version {version} ({made.format}); this program reads version {VERSION}, {FORMATS}.")
    unsafe = [name for name in [*made.files, *(shard.name for shard in shards)] if not _inside(name)]
    if unsafe:
        raise PintaError(f"{where}/{NAME} names a file outside of the store: {unsafe[0]!r}.")
    return made


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in name
