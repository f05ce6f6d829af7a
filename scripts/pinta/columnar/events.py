"""Events of records: the same one stands in many lines, and is looked at once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ..checks.run import Checker
from ..corpus.documents import JsonFile
from ..jsontext import JsonError, loads
from ..schema.labels import Schema
from .batch import Event
from .cutting import Cut

try:
    import orjson
except ImportError:  # an extra: without it events are read by the strict reader, which takes longer
    orjson = None  # type: ignore[assignment]


class Events:
    """The events of some lines. ``known`` holds those without findings, each once, with their ``values``."""

    def __init__(self, schema: Schema) -> None:
        self.known: list[Event] = []
        self.values: list[Any] = []
        self._checker = _checker(schema)
        self._seen: dict[tuple[str, bytes], int | None] = {}

    def look(self, line: Cut) -> int | None:
        """The number of a line's event among the known ones; None where something may be wrong with it."""
        name = line.id.partition("/")[0]
        key = (name, line.event)
        if key not in self._seen:
            self._seen[key] = self._enter(name, line.event)
        return self._seen[key]

    def _enter(self, name: str, raw: bytes) -> int | None:
        value = _loads(raw)
        if not isinstance(value, dict) or any(self._checker.check_event(JsonFile(f"corpus/{name}/event.json", raw, value))):
            return None
        self.known.append(Event(value["id"], value["title"], value["date"], value["split"]))
        self.values.append(value)
        return len(self.known) - 1


@lru_cache(maxsize=4)
def _checker(schema: Schema) -> Checker:
    return Checker(schema)


def _loads(raw: bytes) -> Any:
    """A JSON value, read as strictly as `jsontext.loads` does; None where it cannot be.

    A key that stands twice would be lost, and bytes that come back as they were have lost nothing.
    """
    try:
        if orjson is None:
            return loads(raw)
        value = orjson.loads(raw)
        return value if orjson.dumps(value) == raw else loads(raw)
    except (ValueError, JsonError):
        return None
