"""Writing stores, record by record: memory does not grow with them."""

from __future__ import annotations

import hashlib
import io
from contextlib import ExitStack
from typing import IO, TYPE_CHECKING, Any

from ..diagnostics import PintaError
from ..jsontext import compact, dumps
from .model import FORMATS, NAME, Shard, Store
from .place import Place
from .records import Record, sort_key

if TYPE_CHECKING:
    import pyarrow.parquet as pq

SHARD_BYTES = 64_000_000
"""Upper size of a shard, unpacked; a single record may be larger."""
ROW_GROUP_BYTES = 8_000_000
COLUMNS = ("id", "split", "language", "text", "event", "article", "gold", "passes")


class StoreWriter:
    """Writes a store into an empty place. The same records give the same bytes.

    Shards end where an event ends whose name decides it, so that a record more or less changes the shards around it and
    not all that follow; at the latest where they are full.
    """

    def __init__(self, place: Place, format: str = "jsonl", *, schema_version: str, shard_bytes: int = SHARD_BYTES) -> None:
        if format not in FORMATS:
            raise PintaError(f"{format!r} is no format of stores: {', '.join(FORMATS)}.")
        if place.exists(NAME):
            raise PintaError(f"There is a store in {place.url} already. Choose another place, or remove it first.")
        self.place, self.format, self.schema_version, self.shard_bytes = place, format, schema_version, shard_bytes
        self._shards: list[Shard] = []
        self._files: dict[str, str] = {}
        self._shard: _ShardFile | None = None
        self._event, self._event_bytes = "", 0
        self._last: str | None = None

    def add(self, record: Record) -> None:
        """Take the next record.

        Raises:
            PintaError: it is not sorted behind the one before.
        """
        if self._last is not None and sort_key(record.id) <= sort_key(self._last):
            raise PintaError(f"{record.id} comes after {self._last}: sort the records by event and number, each once.")
        line = record.line()
        if self._shard and self._ends(record, len(line)):
            self._finish()
        if self._shard is None:
            self._shard = _ShardFile(self.place, f"shards/{len(self._shards):05d}.{self.format}", self.format, record.id)
        self._shard.add(record, line)
        self._event_bytes = len(line) + (self._event_bytes if record.event_name == self._event else 0)
        self._event, self._last = record.event_name, record.id

    def _ends(self, record: Record, size: int) -> bool:
        """Whether the shard ends before a record."""
        bytes_ = self._shard.unpacked if self._shard else 0
        if bytes_ + size > self.shard_bytes:
            return True
        if record.event_name == self._event or bytes_ < self.shard_bytes // 2:
            return False
        drawn = int.from_bytes(hashlib.sha256(self._event.encode()).digest()[:8], "big") / 2**64
        return drawn < 8 * self._event_bytes / self.shard_bytes

    def add_file(self, name: str, raw: bytes) -> None:
        """Keep another file of the corpus: schema, card, …"""
        self.place.write(f"files/{name}", raw)
        self._files[name] = hashlib.sha256(raw).hexdigest()

    def _finish(self) -> None:
        if self._shard is not None:
            self._shards.append(self._shard.close(self._last or ""))
            self._shard = None

    def abandon(self) -> None:
        """Leave the work: what was written is no store."""
        if self._shard is not None:
            self._shard.abandon()

    def close(self) -> Store:
        """Write what is left, and ``store.json`` last."""
        self._finish()
        files = dict(sorted(self._files.items()))
        store = Store(self.place, self.format, self.schema_version, tuple(self._shards), files)
        self.place.write(NAME, dumps(store.as_json()))
        return store


class _Hashed(io.RawIOBase):
    """A file that is written through a hash."""

    def __init__(self, out: IO[bytes]) -> None:
        self.out, self.hash, self.size = out, hashlib.sha256(), 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B")
        self.hash.update(view)
        self.size += len(view)
        self.out.write(view)
        return len(view)


class _ShardFile:
    """One shard as it is written."""

    def __init__(self, place: Place, name: str, format: str, first: str) -> None:
        self.name, self.first, self.records, self.unpacked = name, first, 0, 0
        self._stack = ExitStack()
        self._file = _Hashed(self._stack.enter_context(place.writing(name)))
        self._rows: _Rows | None = _Rows(self._file) if format == "parquet" else None
        self._out: Any = _packed(self._file) if format == "jsonl.zst" else self._file

    def add(self, record: Record, line: bytes) -> None:
        self.records += 1
        self.unpacked += len(line) + 1
        if self._rows:
            self._rows.add(record, len(line))
        else:
            self._out.write(line + b"\n")

    def close(self, last: str) -> Shard:
        if self._rows:
            self._rows.close()
        elif self._out is not self._file:
            self._out.close()
        self._stack.close()
        return Shard(self.name, self.records, self._file.size, self._file.hash.hexdigest(), self.first, last)

    def abandon(self) -> None:
        self._stack.__exit__(RuntimeError, RuntimeError(), None)


def _packed(out: Any) -> Any:
    import zstandard

    return zstandard.ZstdCompressor(level=3).stream_writer(out, closefd=False)


class _Rows:
    """Records as rows of Parquet; documents are JSON strings, so that an invalid one can stand there too."""

    def __init__(self, out: _Hashed) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._schema = pa.schema([pa.field(name, pa.string()) for name in COLUMNS])
        self._writer: pq.ParquetWriter = pq.ParquetWriter(pa.PythonFile(out, mode="w"), self._schema, compression="zstd")
        self._pending: list[dict[str, str | None]] = []
        self._bytes = 0

    def add(self, record: Record, size: int) -> None:
        self._pending.append(row_of(record))
        self._bytes += size
        if self._bytes > ROW_GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._pending:
            table = pa.Table.from_pylist(self._pending, schema=self._schema)
            self._writer.write_table(table, row_group_size=table.num_rows)
        self._pending, self._bytes = [], 0

    def close(self) -> None:
        self._flush()
        self._writer.close()


def row_of(record: Record) -> dict[str, str | None]:
    """A record in the columns of a Parquet shard."""
    body = record.body()
    documents = {key: None if body[key] is None else compact(body[key]).decode("utf-8") for key in ("event", "article", "gold", "passes")}
    split, language = _string(record.event, "split"), _string(record.article, "language")
    return {"id": record.id, "split": split, "language": language, "text": record.text, **documents}


def _string(body: Any, key: str) -> str | None:
    found = body.get(key) if isinstance(body, dict) else None
    return found if isinstance(found, str) else None
