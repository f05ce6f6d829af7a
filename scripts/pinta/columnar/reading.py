"""JSON lines into Arrow: all that Arrow reads strictly enough, and which lines it does not.

Arrow's reader is strict about types, unknown and duplicate keys, numbers and surrogates. It is not about four things, each
of which is looked at here: a key that is missing reads like null, one line may hold two objects, an object may run over two
lines, and bytes may be no UTF-8.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .arrays import Ints
from .layers import Layers, layers_of
from .shapes import Shape

if TYPE_CHECKING:
    import pyarrow as pa

_MARK = b'{"":0,'
"""Every line begins with a key that only the outermost object may have, so that no object can run over a line end."""
_PARTS = 16
_QUOTE, _COLON, _BACKSLASH = b'":\\'


class Read(NamedTuple):
    """Lines as a table and its layers. ``kept`` are the lines that could be read; ``raw`` their bytes, one after the other."""

    table: pa.Table
    layers: Layers
    kept: Ints
    raw: bytes


class _RefusedError(ValueError):
    """Some of the lines cannot be read; which ones is not known."""


def read(lines: Sequence[memoryview], shape: Shape, schema: pa.Schema, end: bytes = b"") -> Read:
    """Read objects that have the columns of a schema. They lack the first brace, and what stands in ``end``."""
    marked = _marked(schema)
    parts = list(_parts(lines, 0, shape, marked, end))
    if len(parts) == 1:
        return parts[0]
    import pyarrow as pa

    table = pa.concat_tables([schema.empty_table(), *(part.table for part in parts)]).combine_chunks()
    kept = np.concatenate([np.zeros(0, dtype=np.int64), *(part.kept for part in parts)])
    return Read(table, layers_of(shape, table), kept, b"".join(part.raw for part in parts))


def _marked(schema: pa.Schema) -> pa.Schema:
    import pyarrow as pa

    return schema.insert(0, pa.field("", pa.int8()))


def _parts(lines: Sequence[memoryview], first: int, shape: Shape, schema: pa.Schema, end: bytes) -> Iterator[Read]:
    """The lines in as few tables as can be: where some cannot be read, they are cut up until these stand alone."""
    if not lines:
        return
    try:
        yield _read(lines, first, shape, schema, end)
    except _RefusedError:
        size = -(-len(lines) // _PARTS)
        if len(lines) > 1:
            for n in range(0, len(lines), size):
                yield from _parts(lines[n : n + size], first + n, shape, schema, end)


def _read(lines: Sequence[memoryview], first: int, shape: Shape, schema: pa.Schema, end: bytes) -> Read:
    import pyarrow as pa
    import pyarrow.json as pj

    raw = _MARK + (end + b"\n" + _MARK).join(lines) + end + b"\n"
    if not _is_utf8(raw):
        raise _RefusedError
    try:
        table = pj.read_json(
            pa.BufferReader(raw),
            read_options=pj.ReadOptions(use_threads=False, block_size=len(raw) + 1),
            parse_options=pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error"),
        )
    except pa.ArrowException:
        raise _RefusedError from None
    if table.num_rows != len(lines):
        raise _RefusedError
    table = table.drop_columns([""]).combine_chunks()
    layers = layers_of(shape, table)
    if not _whole(raw, layers, len(lines)):
        raise _RefusedError
    return Read(table, layers, np.arange(first, first + len(lines)), raw)


def _whole(raw: bytes, layers: Layers, lines: int) -> bool:
    """Whether no key is missing: as no object can have strange keys or one twice, it is enough to count them.

    In JSON without blanks a quotation mark before a colon ends a key, or stands inside a string behind a backslash, or opens a
    string that begins with a colon. What may be left out is counted by its name, as null would read like nothing there.
    """
    whole = np.frombuffer(raw, dtype=np.uint8)
    escaped = np.flatnonzero(whole == _BACKSLASH) + 1
    if layers.optional and (whole[escaped] == ord("u")).any():
        return False
    inside = np.count_nonzero((whole[escaped] == _QUOTE) & (whole[escaped + 1] == _COLON))
    marks = lines + layers.colons + int(inside)
    if _count(raw, b'":') != layers.keys + sum(layers.optional.values()) + marks:
        return False
    return all(len(keys_named(raw, name)) == count for name, count in layers.optional.items())


def _count(raw: bytes, two: bytes) -> int:
    """How often two bytes stand next to each other."""
    wanted = np.frombuffer(two, dtype="<u2")[0]
    return sum(int(np.count_nonzero(_every(raw, 2, first) == wanted)) for first in range(2))


def keys_named(raw: bytes, name: str) -> Ints:
    """Where the values of all keys of a name begin, in JSON without blanks; not in order."""
    key = f'"{name}":'.encode()
    tail = np.frombuffer(key[-4:], dtype="<u4")[0]
    ends = np.concatenate([np.flatnonzero(_every(raw, 4, first) == tail) * 4 + first + 4 for first in range(4)])
    whole = np.frombuffer(raw, dtype=np.uint8)
    for back, letter in enumerate(reversed(key), 1):
        ends = ends[whole[ends - back] == letter]
    return ends


def _every(raw: bytes, size: int, first: int) -> Ints:
    """All neighbouring bytes, some at a time, as one number."""
    first = min(first, len(raw))
    return np.frombuffer(raw, dtype=f"<u{size}", offset=first, count=(len(raw) - first) // size)


def _is_utf8(raw: bytes) -> bool:
    import pyarrow as pa

    edges = np.array([0, len(raw)], dtype=np.int32)
    try:
        pa.Array.from_buffers(pa.binary(), 1, [None, pa.py_buffer(edges), pa.py_buffer(raw)]).cast(pa.string())
    except pa.ArrowInvalid:
        return False
    return True
