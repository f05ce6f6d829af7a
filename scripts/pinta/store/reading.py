"""Reading the shards of a store, some records at a time."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from typing import IO, Any

from ..diagnostics import PintaError
from ..jsontext import compact
from .model import Shard, Store

BATCH_BYTES = 16_000_000
"""About as many bytes of records are in memory at a time."""
LONGEST = 256_000_000
"""A line longer than this is not read: it is no article."""


class ShardError(PintaError):
    """A shard that is missing, broken, or not the one that ``store.json`` names."""


def batches(store: Store, shard: Shard, size: int = BATCH_BYTES) -> Iterator[list[bytes]]:
    """The records of a shard as JSON lines, without line ends, in lists of about ``size`` bytes.

    Raises:
        ShardError: when everything is read and the bytes are not those that ``store.json`` names, or at once where they
            cannot be read.
    """
    try:
        with store.place.open(shard.name) as raw:
            read = _Hashed(raw)
            yield from _READERS[store.format](read, size)
            if read.digest() != shard.sha256:
                raise ShardError(f"{shard.name}: its bytes are not those that store.json names.")
    except FileNotFoundError:
        raise ShardError(f"{shard.name}: there is no such file.") from None


def lines(store: Store, shard: Shard) -> Iterator[bytes]:
    """The records of a shard, one by one."""
    for batch in batches(store, shard):
        yield from batch


class _Hashed:
    """A file that is read through a hash."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        found = self._file.read(size)
        self._hash.update(found)
        return found

    def digest(self) -> str:
        """The hash of all of it, also of what was not read."""
        while self.read(1 << 20):
            pass
        return self._hash.hexdigest()


def _jsonl(file: Any, size: int) -> Iterator[list[bytes]]:
    rest = b""
    while chunk := file.read(size):
        found = chunk.split(b"\n")
        found[0] = rest + found[0]
        rest = found.pop()
        if len(rest) > LONGEST:
            raise ShardError(f"A line is longer than {LONGEST} bytes.")
        if found:
            yield found
    if rest:
        yield [rest]


def _zst(file: Any, size: int) -> Iterator[list[bytes]]:
    import zstandard

    try:
        with zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True, closefd=False) as unpacked:
            yield from _jsonl(unpacked, size)
    except zstandard.ZstdError as error:
        raise ShardError(f"It cannot be unpacked: {error}.") from None


def _parquet(file: Any, size: int) -> Iterator[list[bytes]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        found = pq.ParquetFile(io.BytesIO(file.read()))
        pending, held = list[bytes](), 0
        for n in range(found.num_row_groups):
            for row in found.read_row_group(n).to_pylist():
                pending.append(_line(row))
                held += len(pending[-1])
            if held >= size:
                yield pending
                pending, held = [], 0
        if pending:
            yield pending
    except (pa.ArrowInvalid, KeyError, OSError) as error:
        raise ShardError(f"It is no Parquet file of records: {error}.") from None


def _line(row: dict[str, str | None]) -> bytes:
    """A row as the record that it was: documents are JSON already."""
    body = (f'"{key}":{row[key] or "null"}' for key in ("event", "article"))
    text = compact(row["text"]).decode("utf-8")
    rest = f'"gold":{row["gold"] or "null"},"passes":{row["passes"] or "[]"}'
    return f'{{"id":{compact(row["id"]).decode("utf-8")},{",".join(body)},"text":{text},{rest}}}'.encode()


_READERS = {"jsonl": _jsonl, "jsonl.zst": _zst, "parquet": _parquet}
