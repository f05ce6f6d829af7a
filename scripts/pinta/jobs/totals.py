"""What many shards come to: figures, and what only neighbours show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from ..diagnostics import Finding
from ..store.model import Shard
from ..store.records import sort_key
from .shard import Summary


def across(done: Iterable[tuple[Shard, Summary]]) -> Iterator[Finding]:
    """Findings at the edges of shards that lie beside each other: ids out of order, one event told in two ways."""
    last: dict[str, str] | None = None
    for shard, summary in done:
        if not summary.edges:
            continue
        first = summary.edges[0]
        if last and sort_key(first["id"]) <= sort_key(last["id"]):
            mend = "Sort the records by event and number, each once."
            yield Finding(shard.name, 1, 1, "E-RECORD-ORDER", "error", f"{first['id']} comes after {last['id']}.", mend)
        same = last and sort_key(first["id"])[0] == sort_key(last["id"])[0]
        if last and same and first["event"] != last["event"]:
            said, mend = f"{first['id']}: The event is not that of {last['id']}.", "Give all records of an event the same one."
            yield Finding(shard.name, 1, 1, "E-RECORD-EVENT", "error", said, mend, "/event")
        last = summary.edges[-1]


def statistics(summaries: Iterable[Summary]) -> dict[str, Any]:
    """The figures of all shards together, as `Statistics.as_json` has them."""
    units: dict[str, Counter[str]] = {}
    labels: dict[str, dict[str, Counter[str]]] = {}
    last: list[str] = []
    for summary in summaries:
        for split, counts in summary.statistics.items():
            units.setdefault(split, Counter()).update({name: n for name, n in counts.items() if name != "labels"})
            for name, found in counts["labels"].items():
                labels.setdefault(split, {}).setdefault(name, Counter()).update(found)
        if summary.counted:
            if summary.counted[0] == last:  # the event goes on from the shard before
                units[last[1]]["events"] -= 1
            last = summary.counted[-1]
    return {split: _as_json(units[split], labels.get(split, {})) for split in sorted(units)}


def _as_json(units: Counter[str], labels: dict[str, Counter[str]]) -> dict[str, Any]:
    counted = {name: dict(sorted(counts.items())) for name, counts in sorted(labels.items())}
    return {"events": units.pop("events", 0), **dict(sorted(units.items())), "labels": counted}
