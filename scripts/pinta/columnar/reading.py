"""JSON lines into Arrow: all that Arrow reads strictly enough, and which lines it does not.

Arrow's reader is strict about types, unknown and duplicate keys, numbers and surrogates. It is not about four things, each
of which is looked at here: a key that is missing reads like null, one line may hold two objects, an object may run over two
lines, and bytes may be no UTF-8.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from .arrays import Ints
from .layers import Layers, layers_of
from .shapes import Shape

if TYPE_CHECKING:
    import pyarrow as pa

MARK = b'{"":0,'
"""Every line begins with a key that only the outermost object may have, so that no object can run over a line end."""
_PARTS = 16
_QUOTE, _COLON = ord('"'), ord(":")


class Read(NamedTuple):
    """Lines as a table and its layers. ``kept`` are the lines that could be read; ``raw`` their bytes, one after the other."""

    table: pa.Table
    layers: Layers
    kept: Ints
    raw: bytes


class _Refused(ValueError):
    """Some of the lines cannot be read; which ones is not known."""


def read(lines: Sequence[bytes], shape: Shape, schema: pa.Schema) -> Read:
    """Read lines of which each is `MARK` and the rest of one object that has the columns of a schema."""
    marked = _marked(schema)
    parts = list(_parts(lines, 0, shape, marked))
    if len(parts) == 1:
        return parts[0]
    import pyarrow as pa

    table = pa.concat_tables([schema.empty_table(), *(part.table for part in parts)]).combine_chunks()
    kept = np.concatenate([np.zeros(0, dtype=np.int64), *(part.kept for part in parts)])
    return Read(table, layers_of(shape, table), kept, b"".join(part.raw for part in parts))


def _marked(schema: pa.Schema) -> pa.Schema:
    import pyarrow as pa

    return schema.insert(0, pa.field("", pa.int8()))


def _parts(lines: Sequence[bytes], first: int, shape: Shape, schema: pa.Schema) -> Iterator[Read]:
    """The lines in as few tables as can be: where some cannot be read, they are cut up until these stand alone."""
    if not lines:
        return
    try:
        yield _read(lines, first, shape, schema)
    except _Refused:
        size = -(-len(lines) // _PARTS)
        if len(lines) > 1:
            for n in range(0, len(lines), size):
                yield from _parts(lines[n : n + size], first + n, shape, schema)


def _read(lines: Sequence[bytes], first: int, shape: Shape, schema: pa.Schema) -> Read:
    import pyarrow as pa
    import pyarrow.json as pj

    raw = b"\n".join(lines) + b"\n"
    try:
        str(raw, "utf-8")
        table = pj.read_json(
            pa.BufferReader(raw),
            read_options=pj.ReadOptions(use_threads=False, block_size=len(raw) + 1),
            parse_options=pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error"),
        )
    except (UnicodeDecodeError, pa.ArrowException):
        raise _Refused from None
    if table.num_rows != len(lines):
        raise _Refused
    table = table.drop_columns([""]).combine_chunks()
    layers = layers_of(shape, table)
    if not _whole(raw, layers, len(lines)):
        raise _Refused
    return Read(table, layers, np.arange(first, first + len(lines)), raw)


def _whole(raw: bytes, layers: Layers, lines: int) -> bool:
    """Whether no key is missing: as no object can have strange keys or one twice, it is enough to count them.

    What may be left out is counted by its name, as null would read like nothing there.
    """
    optional = sum(layers.optional.values())
    if len(key_ends(raw)) != layers.keys + optional:
        return False
    named = all(raw.count(b'"%s":' % name.encode()) == count for name, count in layers.optional.items())
    return named and not (layers.optional and b"\\u" in raw)


def key_ends(raw: bytes | Ints) -> Ints:
    """Places of the quotation marks that end a key, in JSON without blanks.

    A quotation mark before a colon ends a key where a letter or digit stands before it: one that opens a string comes after
    a bracket, comma or colon, and one inside a string after a backslash.
    """
    whole = np.frombuffer(raw, dtype=np.uint8)
    ends = np.flatnonzero((whole[1:-1] == _QUOTE) & (whole[2:] == _COLON)) + 1
    before = whole[ends - 1] | 0x20
    letter = ((before >= ord("a")) & (before <= ord("z"))) | ((before >= 0x30) & (before <= 0x39))
    return cast(Ints, ends[letter])
