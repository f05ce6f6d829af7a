"""Small steps between Arrow and numpy that everything else here is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

Ints = NDArray[Any]
Bools = NDArray[np.bool_]
_INLINE = 12
"""Bytes that Arrow keeps in a view itself."""


class Codes(NamedTuple):
    """Strings as numbers: ``ids`` counts into ``values``, -1 where there is null."""

    ids: Ints
    values: list[str]

    def lookup(self, table: dict[str, int], missing: int = -1) -> Ints:
        """The number that a table gives to each string."""
        known = np.array([*(table.get(value, missing) for value in self.values), missing], dtype=np.int64)
        return cast(Ints, known[self.ids])


def encode(array: pa.Array) -> Codes:
    """Strings as numbers, in the order in which they first come."""
    found = array.dictionary_encode()
    return Codes(ints(found.indices, -1), found.dictionary.to_pylist())


def ints(array: pa.Array, null: int = 0) -> Ints:
    """The values of an array of integers, without a copy where none is null."""
    whole = array.fill_null(null) if array.null_count else array
    return cast(Ints, whole.to_numpy(zero_copy_only=False))


def floats(array: pa.Array) -> Ints:
    """The values of an array of numbers; NaN where there is null."""
    return cast(Ints, array.to_numpy(zero_copy_only=False))


def valid(array: pa.Array) -> Bools:
    """Where an array is not null."""
    if not array.null_count:
        return np.ones(len(array), dtype=np.bool_)
    return cast(Bools, array.is_valid().to_numpy(zero_copy_only=False))


def bools(array: pa.Array) -> Bools:
    """The values of an array of booleans; false where there is null."""
    whole = array.fill_null(False) if array.null_count else array
    return cast(Bools, whole.to_numpy(zero_copy_only=False))


def offsets(array: pa.Array) -> Ints:
    """The offsets of a list or string array: one more than it has values."""
    raw = np.frombuffer(array.buffers()[1] or b"\0\0\0\0", dtype=np.int32)
    return cast(Ints, raw[array.offset : array.offset + len(array) + 1])


def data(array: pa.Array) -> NDArray[np.uint8]:
    """The bytes of all strings of an array, one after the other."""
    if not len(array) or array.buffers()[2] is None:
        return np.zeros(0, dtype=np.uint8)
    edges = offsets(array)
    return np.frombuffer(array.buffers()[2], dtype=np.uint8)[edges[0] : edges[-1]]


def lengths(array: pa.Array) -> Ints:
    """The sizes of lists, or of strings in bytes; 0 where there is null."""
    return np.diff(offsets(array))


def pa_array(values: Ints | list[Any]) -> pa.Array:
    """Values as an Arrow array."""
    import pyarrow as pa

    return pa.array(values)


def pieces(whole: NDArray[np.uint8], starts: Ints, sizes: Ints) -> pa.Array:
    """Pieces of some bytes as views of them: nothing is copied but what Arrow keeps in the view itself."""
    import pyarrow as pa

    padded = np.concatenate([whole, np.zeros(_INLINE, dtype=np.uint8)])
    views = np.zeros((len(starts), 4), dtype=np.int32)  # size, first bytes, number of the buffer, place in it
    views[:, 0], views[:, 3] = sizes, starts
    views[:, 1] = np.ndarray((len(whole) + 1,), dtype="<i4", buffer=padded, strides=(1,))[starts]
    short = np.flatnonzero(sizes <= _INLINE)
    heads = np.lib.stride_tricks.sliding_window_view(padded, _INLINE)[starts[short]]
    views.view(np.uint8)[short, 4:] = np.where(np.arange(_INLINE) < sizes[short, None], heads, 0)
    return pa.Array.from_buffers(pa.binary_view(), len(starts), [None, pa.py_buffer(views), pa.py_buffer(padded)])


def equal(one: pa.Array, other: pa.Array) -> Bools:
    """Where views of bytes are those of strings."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        same = pc.equal(one, other.cast(pa.binary()).cast(pa.binary_view()))
    except pa.ArrowNotImplementedError:  # before pyarrow compared views
        same = pc.equal(one.cast(pa.binary()), other.cast(pa.binary()))
    return cast(Bools, same.to_numpy(zero_copy_only=False))


def repeated(*keys: tuple[Ints, int]) -> Ints:
    """Places whose combination of keys stands at another place too. Each key comes with a bound that it is below."""
    total = keys[0][0].astype(np.int64)
    for key, bound in keys[1:]:
        total = total * bound + key
    if len(total) < 2 or bool(np.all(total[1:] > total[:-1])):
        return np.zeros(0, dtype=np.int64)
    order = np.argsort(total, kind="stable")
    same = total[order][1:] == total[order][:-1]
    return cast(Ints, order[1:][same])
