"""Documents of one kind taken apart into layers of columns, and held against their shape on the way.

A layer is everything that stands at one path (``requests.items``) in all documents of a table, one after the other, with
the row of the table and the place in the layer above that each value belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from .arrays import Bools, Codes, Ints, data, encode, floats, ints, lengths, offsets, repeated, valid
from .shapes import Shape

if TYPE_CHECKING:
    import pyarrow as pa

_MANY = 200
EXACT = 2.0**53
"""Numbers from here on are not all doubles."""


@dataclass(slots=True)
class Layer:
    """The values at a path: ``row`` of the table and ``parent`` in the layer above, for each of them.

    ``codes`` holds the strings of a field that has a pattern or labels, as numbers; those of labels are class ids.
    ``sizes`` holds the sizes of a field that is a list.
    """

    array: pa.Array
    row: Ints
    parent: Ints
    codes: dict[str, Codes] = field(default_factory=dict)
    sizes: dict[str, Ints] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.array)

    def strings(self, name: str) -> pa.Array:
        """A field of strings."""
        return self.array.field(name)

    def ints(self, name: str) -> Ints:
        """A field of integers."""
        return ints(self.array.field(name))

    def ids(self, name: str) -> Ints:
        """A field of labels as class ids, or of strings as numbers; -1 where there is null."""
        return self.codes[name].ids


@dataclass(slots=True)
class Layers:
    """All layers of a table by path, the root at ``""``; and what was found on the way.

    ``wrong`` marks the rows that do not have the shape. ``keys`` is the number of keys that the rows hold when none is
    missing; ``spaces`` the number of blanks in all their strings; ``colons`` the number of strings that begin with a colon.
    """

    wrong: Ints
    keys: int = 0
    spaces: int = 0
    colons: int = 0
    optional: dict[str, int] = field(default_factory=dict)
    found: dict[str, Layer] = field(default_factory=dict)

    def __getitem__(self, path: str) -> Layer:
        return self.found[path]


def layers_of(shape: Shape, table: pa.Table) -> Layers:
    """Take a table of documents apart. Its columns are the fields of the shape, in one chunk each."""
    import pyarrow as pa

    made = Layers(np.zeros(table.num_rows, dtype=np.bool_))
    arrays = [table.column(name).combine_chunks() for name, _ in shape.fields]
    rows = np.arange(table.num_rows)
    root = pa.StructArray.from_arrays(arrays, names=[name for name, _ in shape.fields])
    _object(made, shape, "", Layer(root, rows, rows))
    return made


def _object(made: Layers, shape: Shape, path: str, layer: Layer) -> None:
    made.found[path] = layer
    made.keys += len(layer) * len(shape.required)
    for name, inner in shape.fields:
        array = layer.array.field(name)
        if name not in shape.required:
            made.optional[name] = made.optional.get(name, 0) + len(array) - array.null_count
        elif array.null_count and not inner.nullable:
            made.wrong[layer.row[~valid(array)]] = True
        _WALKS[inner.kind](made, inner, name, f"{path}.{name}".lstrip("."), layer, array)


def _struct(made: Layers, shape: Shape, _: str, path: str, above: Layer, array: pa.Array) -> None:
    place: Ints = np.arange(len(array))
    if array.null_count:
        place = np.flatnonzero(valid(array))
        array = array.drop_null()
    _object(made, shape, path, Layer(array, above.row[place], place))


def _list(made: Layers, shape: Shape, name: str, path: str, above: Layer, array: pa.Array) -> None:
    sizes = lengths(array)
    above.sizes[name] = sizes
    if shape.least:
        short = (sizes < shape.least) & valid(array)
        made.wrong[above.row[short]] = True
    parent = np.repeat(np.arange(len(array)), sizes)
    inner = cast(Shape, shape.item)
    layer = Layer(array.flatten(), above.row[parent], parent)
    if layer.array.null_count:
        made.wrong[layer.row[~valid(layer.array)]] = True
    if inner.kind == "object":
        _object(made, inner, path, layer)
        return
    made.found[path] = layer
    _WALKS[inner.kind](made, inner, "", path, layer, layer.array)
    if shape.unique and (sizes > 1).any():
        codes = layer.codes[""] if "" in layer.codes else encode(layer.array)
        made.wrong[layer.row[repeated((parent, len(array)), (codes.ids, len(codes.values) + 1))]] = True


def _string(made: Layers, shape: Shape, name: str, _: str, layer: Layer, array: pa.Array) -> None:
    if shape.pattern is None and shape.labels is None:
        if shape.least:
            made.wrong[layer.row[(lengths(array) == 0) & valid(array)]] = True
        whole, edges = data(array), offsets(array)
        made.spaces += int(np.count_nonzero(whole == ord(" ")))
        first = edges[:-1][edges[1:] > edges[:-1]] - edges[0]
        made.colons += int(np.count_nonzero(whole[first] == ord(":")))
        return
    codes = encode(array)
    good = np.append(_fitting(shape, codes.values), True)
    if not good.all():
        made.wrong[layer.row[~good[codes.ids]]] = True
    made.spaces += _total(codes, " ", lambda value: value.count(" "))
    made.colons += _total(codes, ":", lambda value: value.startswith(":"))
    if shape.labels is not None:
        codes = Codes(codes.lookup({label: n for n, label in enumerate(shape.labels)}), list(shape.labels))
    layer.codes[name] = codes


def _total(codes: Codes, sign: str, count: Callable[[str], int]) -> int:
    """The sum over all strings of something that is counted in each different one, where any of them holds a sign."""
    if sign not in "".join(codes.values):
        return 0
    return int(np.array([*map(count, codes.values), 0])[codes.ids].sum())


def _fitting(shape: Shape, values: list[str]) -> Bools:
    """Which strings are what they must be."""
    good = np.ones(len(values), dtype=np.bool_)
    if shape.pattern is not None:
        good &= _matching(shape.pattern, values)
    if shape.labels is not None:
        good &= np.array([value in shape.labels for value in values], dtype=np.bool_)
    return good & np.array(list(map(len, values)), dtype=np.bool_) if shape.least else good


def _matching(pattern: str, values: list[str]) -> Bools:
    """Which strings hold a pattern, as the validator has it: ``$`` is the end.

    Many are first shown to the engine in Arrow, which is faster, and takes no more than Python's for the patterns of the schema.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(values) > _MANY:
        found = pc.match_substring_regex(pa.array(values, pa.string()), pattern).to_numpy(zero_copy_only=False)
        if found.all():
            return cast(Bools, found)
    matches = re.compile(pattern.replace("$", r"\Z")).search
    return np.array([matches(value) is not None for value in values], dtype=np.bool_)


def _integer(made: Layers, shape: Shape, _: str, __: str, layer: Layer, array: pa.Array) -> None:
    values, known = ints(array), valid(array)
    if shape.least is not None:
        made.wrong[layer.row[known & (values < shape.least)]] = True
    if shape.most is not None:
        made.wrong[layer.row[known & (values > shape.most)]] = True


def _number(made: Layers, _: Shape, __: str, ___: str, layer: Layer, array: pa.Array) -> None:
    """Refuses what JSON readers do not agree on: NaN, -0, and integers beyond the exact ones."""
    values = floats(array)
    odd = valid(array) & ~((np.abs(values) < EXACT) & ((values != 0) | ~np.signbit(values)))
    if odd.any():
        made.wrong[layer.row[odd]] = True


_WALKS: dict[str, Callable[[Layers, Shape, str, str, Layer, Any], None]] = {
    "object": _struct,
    "array": _list,
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": lambda *_: None,  # Arrow has seen to it
}
