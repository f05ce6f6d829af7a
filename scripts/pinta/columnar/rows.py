"""Columns of rows made of the columns of layers: without one Python object a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .arrays import Ints, pa_array

if TYPE_CHECKING:
    import pyarrow as pa


def taken(array: pa.Array, places: Ints) -> pa.Array:
    """Some values of an array; without a copy where they are neighbours."""
    if len(places) and places[-1] - places[0] == len(places) - 1 and bool(np.all(np.diff(places) == 1)):
        return array.slice(int(places[0]), len(places))
    return array.take(pa_array(places))


def or_null(array: pa.Array, places: Ints) -> pa.Array:
    """Some values of an array; null where the place is -1."""
    import pyarrow as pa

    return array.take(pa.array(places, mask=places < 0))


def listed(sizes: Ints, values: pa.Array) -> pa.Array:
    """Lists of some sizes from their values, one after the other."""
    import pyarrow as pa

    edges = np.zeros(len(sizes) + 1, dtype=np.int32)
    np.cumsum(sizes, out=edges[1:])
    return pa.ListArray.from_arrays(pa.array(edges), values)


def joined(between: str, *parts: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(*parts, between)


def inner(array: pa.Array, *path: str) -> pa.Array:
    """A field inside a field that may be null."""
    import pyarrow.compute as pc

    return pc.struct_field(array, list(path))
