"""Check a store: shard by shard on some workers, then what only all shards together show."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field

from ..diagnostics import Finding
from ..jsontext import compact
from ..schema.labels import Schema
from ..store.model import Shard, Store
from ..store.place import Place
from .near import Near
from .runner import Failure, Workers, here, run
from .shard import Summary, Task, read_findings, read_summary
from .totals import across

Progress = Callable[[int], object]
ACROSS = "across"


@dataclass
class Checked:
    """A store that has been worked through.

    ``keys`` are the folders of the results of the shards that are done, in the order of the shards; ``counts`` findings by
    level. The findings themselves stay in the working place: `findings` reads them.
    """

    store: Store
    work: Place
    keys: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    _across: str = ""

    @property
    def sound(self) -> bool:
        return not self.counts["error"]

    def findings(self) -> Iterator[Finding]:
        """All findings: those of shards, in order; then those that only all shards show."""
        for shard, key in self.done():
            yield from read_findings(self.work, key, shard)
        if self._across:
            with self.work.open(self._across) as file:
                yield from (Finding(**json.loads(line)) for line in file)

    def done(self) -> Iterator[tuple[Shard, str]]:
        """Shards with the folders of their results."""
        yield from ((shard, self.keys[shard.name]) for shard in self.store.shards if shard.name in self.keys)

    def summaries(self) -> Iterator[tuple[Shard, Summary]]:
        """Shards with their summaries, read one at a time."""
        for shard, key in self.done():
            summary = read_summary(self.work, key)
            if summary is not None:
                yield shard, summary

    def settle(self, found: Iterable[Finding]) -> None:
        """Keep the findings that only all shards show, and count everything."""
        self._across = f"{ACROSS}.jsonl"
        with self.work.writing(self._across) as out:
            for finding in found:
                self.counts[finding.level] += 1
                out.write(compact(asdict(finding)) + b"\n")
        for _, summary in self.summaries():
            self.counts.update(summary.counts)


def check_store(
    store: Store,
    schema: Schema,
    work: Place,
    workers: Workers | None = None,
    *,
    configs: Iterable[str] = (),
    near: bool = True,
    progress: Progress = lambda _: None,
) -> Checked:
    """Work through a store and find everything that is wrong with it.

    Args:
        work: a place that all workers see, where results stay: a second run with the same place does only the shards that
            are not done, or not as they are now.
        configs: tables to make on the way.
        near: look for near-duplicates too.
        progress: called with the number of records of each shard that is done.
    """
    workers = workers or here()
    task = Task.of(store, schema, work, configs=tuple(configs), near=near)
    checked = Checked(store, work)
    failures = []
    for shard, result in run(task, store.shards, workers):
        if isinstance(result, Failure):
            failures.append(_failed(shard, result))
        else:
            checked.keys[shard.name] = result
        progress(shard.records)
    checked.settle(_together(checked, sorted(failures), near=near))
    return checked


def _failed(shard: Shard, failure: Failure) -> Finding:
    said = f"{failure.message} It holds {shard.first} to {shard.last}."
    return Finding(shard.name, 1, 1, "E-SHARD", "error", said, "Pack these articles again; all other shards are done.")


def _together(checked: Checked, failures: list[Finding], *, near: bool) -> Iterator[Finding]:
    yield from failures
    yield from across(checked.summaries())
    if near:
        done = [shard for shard, _ in checked.done()]
        store = Store(checked.store.place, checked.store.format, checked.store.schema_version, tuple(done), {})
        yield from Near(store, checked.work, [f"{key}/near.bin" for _, key in checked.done()]).findings()
