"""Parquet files of one config and split, written as rows come, in row groups that a streaming reader can bear."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .manifest import file_sha256

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

ROW_GROUP_BYTES = 8_000_000
"""Upper size of a row group in memory: larger ones make a reader of `datasets` hang that stops a stream early."""
SHARD_BYTES = 500_000_000
_BATCH = 256


@dataclass(frozen=True, slots=True)
class DataFile:
    """A written file: its name from the published folder, rows, bytes, and hash."""

    name: str
    rows: int
    bytes: int
    sha256: str


class ShardWriter:
    """Writes rows to ``FOLDER/SPLIT-00000-of-0000N.parquet``.

    The same rows in the same order give the same bytes: the schema is explicit, chunks are combined, sizes are fixed. A
    SHA-256 over the rows alone (``content``) does not depend on the version of the Parquet library.
    """

    def __init__(self, folder: Path, split: str, schema: pa.Schema) -> None:
        self.folder, self.split, self.schema = folder, split, schema
        self.rows = 0
        self.bytes = 0
        self._pending: list[dict[str, Any]] = []
        self._group: list[pa.Table] = []
        self._group_bytes = self._shard_bytes = 0
        self._writer: pq.ParquetWriter | None = None
        self._parts: list[Path] = []
        self._part_rows: list[int] = []
        self._content = hashlib.sha256()

    def add(self, row: dict[str, Any]) -> None:
        """Take one row; keys that the schema does not have are left out."""
        self._pending.append(row)
        if len(self._pending) >= _BATCH:
            self._convert()

    def _convert(self) -> None:
        import pyarrow as pa

        for n in range(0, len(self._pending), _BATCH):
            self.add_table(pa.Table.from_pylist(self._pending[n : n + _BATCH], schema=self.schema))
        self._pending = []

    def add_table(self, table: pa.Table) -> None:
        """Take a table of rows in the schema; it is cut where a row group is full."""
        for piece in _pieces(table):
            if self._group and self._group_bytes + piece.nbytes > ROW_GROUP_BYTES:
                self._flush()
            self._group.append(piece)
            self._group_bytes += piece.nbytes

    def _flush(self) -> None:
        import pyarrow as pa

        if not self._group:
            return
        table = pa.concat_tables(self._group).combine_chunks()
        if self._writer is None or self._shard_bytes + table.nbytes > SHARD_BYTES:
            self._open()
        if self._writer is not None:
            self._writer.write_table(table, row_group_size=table.num_rows)
        self._hash(table)
        self._part_rows[-1] += table.num_rows
        self.rows += table.num_rows
        self.bytes += table.nbytes
        self._shard_bytes += table.nbytes
        self._group, self._group_bytes = [], 0

    def _hash(self, table: pa.Table) -> None:
        import pyarrow as pa

        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, self.schema.remove_metadata()) as out:
            out.write_table(table.replace_schema_metadata())
        self._content.update(sink.getvalue())

    def _open(self) -> None:
        import pyarrow.parquet as pq

        if self._writer is not None:
            self._writer.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._parts.append(self.folder / f".{self.split}-{len(self._parts):05d}.part")
        self._part_rows.append(0)
        self._shard_bytes = 0
        self._writer = pq.ParquetWriter(
            self._parts[-1],
            self.schema,
            compression="zstd",
            write_page_index=True,
            write_page_checksum=True,
            use_content_defined_chunking=True,
        )

    def close(self) -> list[Path]:
        """Write what is left and give the files their names; none where there were no rows."""
        self._convert()
        self._flush()
        if self._writer is not None:
            self._writer.close()
        total = len(self._parts)
        return [part.rename(self.folder / f"{self.split}-{n:05d}-of-{total:05d}.parquet") for n, part in enumerate(self._parts)]

    def finish(self, above: Path) -> list[DataFile]:
        """Close, and describe the files by their names from a folder above them."""
        files = self.close()
        return [
            DataFile(path.relative_to(above).as_posix(), rows, path.stat().st_size, file_sha256(path))
            for path, rows in zip(files, self._part_rows, strict=True)
        ]

    @property
    def content(self) -> str:
        """SHA-256 of the rows, in hexadecimal, once closed."""
        return self._content.hexdigest()


def _pieces(table: pa.Table) -> Iterator[pa.Table]:
    """Halves of halves, until each fits a row group or is one row: rows can be of very different sizes."""
    if table.nbytes <= ROW_GROUP_BYTES or table.num_rows == 1:
        yield table
        return
    half = table.num_rows // 2
    yield from _pieces(table.slice(0, half))
    yield from _pieces(table.slice(half))
