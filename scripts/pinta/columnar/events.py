"""Events of records: the same one stands in many lines, and is looked at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ..schema.arrow import arrow_schema
from ..schema.labels import Schema
from .arrays import Ints, pa_array
from .batch import Event
from .cutting import Cut
from .event_sweeps import EventView
from .gate import sweeps_of
from .layers import layers_of
from .reading import read
from .shapes import Shape

if TYPE_CHECKING:
    import pyarrow as pa


def events_of(cuts: Sequence[Cut | None], shape: Shape, schema: Schema) -> tuple[list[Event], dict[int, int]]:
    """The events that certainly pass all checks, and which of them each line has; other lines are left out."""
    numbers: dict[tuple[str, bytes], int] = {}
    used = {n: numbers.setdefault((made.id.partition("/")[0], made.event), len(numbers)) for n, made in enumerate(cuts) if made}
    found = read([memoryview(raw)[1:] for _, raw in numbers], shape, _columns(schema))
    shaped = ~found.layers.wrong
    table = found.table if shaped.all() else found.table.filter(pa_array(shaped)).combine_chunks()
    layers = found.layers if shaped.all() else layers_of(shape, table)
    names, kept = [name for name, _ in numbers], found.kept[shaped].tolist()
    sound = _sound(EventView(schema, [names[n] for n in kept], layers))
    places = {kept[old]: new for new, old in enumerate(sound.tolist())}
    return _told(table, sound), {line: places[number] for line, number in used.items() if number in places}


@lru_cache(maxsize=4)
def _columns(schema: Schema) -> pa.Schema:
    return arrow_schema(schema, "event")


def _sound(view: EventView) -> Ints:
    """Events in which nothing is found."""
    fine = np.ones(len(view.names), dtype=np.bool_)
    for run in sweeps_of("event"):
        for _, rows in run(view):
            fine[rows] = False
    return np.flatnonzero(fine)


def _told(table: pa.Table, sound: Ints) -> list[Event]:
    columns = [table.column(name).take(pa_array(sound)).to_pylist() for name in Event._fields]
    return [Event(*row) for row in zip(*columns, strict=True)]
