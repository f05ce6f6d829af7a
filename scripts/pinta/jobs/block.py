"""A block of records, worked through: findings, tables, digests and figures. A pure function of its lines.

Records that are certainly free of errors are found, and their tables made, by the column (`columnar`). All others become
documents and pass the checks one by one, which is also what the columns are held to: `fast=False` does so with all.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from hashlib import sha256
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from ..checks.registry import CHECKS
from ..checks.run import Checker
from ..columnar.arrays import Ints
from ..columnar.batch import Batch
from ..columnar.cutting import Cut
from ..columnar.figures import statistics_of
from ..columnar.tables import by_split, tables_of
from ..columnar.work import gate
from ..corpus.documents import Document
from ..diagnostics import Finding, Pointer, pointer_text
from ..jsontext import JsonError, loads, locate
from ..release.manifest import gold_digest
from ..schema.features import CONFIGS, columns
from ..schema.labels import Schema
from ..statistics import Statistics
from ..store.records import Record, RecordError, record_of, sort_key
from ..tables import ROWS

if TYPE_CHECKING:
    import pyarrow as pa

Part = tuple[Ints, "pa.Table"]
"""The number of the record that each row comes from, and the rows."""
Where = Callable[[int], tuple[str, int]]
"""Path and line, as findings show them, of the n-th line of a block."""


@dataclass
class Block:
    """What came of some records.

    ``findings`` are in the order of the records. Only records without errors have rows in ``tables`` (by config and split,
    in the order of the records), are counted in ``statistics``, and have an entry in ``digests`` (by article: hash of the
    text, hash of the gold, split). ``texts`` holds event and text of every record that could be read and has a text, by the
    number of its line, where that was asked for.
    """

    findings: list[Finding] = field(default_factory=list)
    tables: dict[tuple[str, str], pa.Table] = field(default_factory=dict)
    digests: dict[str, dict[str, str]] = field(default_factory=dict)
    statistics: Statistics = field(default_factory=Statistics)
    texts: dict[int, tuple[str, str]] = field(default_factory=dict)


def process(
    lines: Sequence[bytes],
    schema: Schema,
    *,
    configs: Collection[str] = tuple(CONFIGS),
    where: Where,
    before: bytes | None = None,
    texts: bool = False,
    fast: bool = True,
) -> Block:
    """Check records and make their rows.

    Args:
        lines: records as JSON, without line ends, sorted by `sort_key` of their ids.
        configs: the tables to make.
        where: the place of a line, for findings.
        texts: whether to give the texts too.
        fast: whether to go by the column where that is possible; the result is the same.
        before: the line before the first one. The order of ids is held against it, and its event, where it is the same,
            has been judged already.
    """
    work = _Work(schema, configs)
    if before is not None:
        work.follow(before)
    batch = work.sift(lines, where) if fast else None
    if not fast:
        for n, line in enumerate(lines):
            work.add(n, line, *where(n))
    work.finish(batch)
    if texts:
        work.block.texts.update(_texts(batch) if batch else ())
        work.block.texts = dict(sorted(work.block.texts.items()))
    else:
        work.block.texts.clear()
    return work.block


@lru_cache(maxsize=4)
def _checker(schema: Schema) -> Checker:
    return Checker(schema)


class _Work:
    """A block in the making: what has been seen of the record before, and rows so far."""

    def __init__(self, schema: Schema, configs: Collection[str]) -> None:
        self.schema, self.configs = schema, configs
        self.block = Block()
        self._checker = _checker(schema)
        self._rows: defaultdict[tuple[str, str], list[tuple[int, dict[str, Any]]]] = defaultdict(list)
        self._digests: list[tuple[int, str, dict[str, str]]] = []
        self._last: Record | None = None
        self._event_sound = True
        self._cut: Cut | None = None
        self._key = ("", "")

    def follow(self, line: bytes) -> None:
        """Take a record as the one before, without its findings and rows."""
        try:
            record = record_of(loads(line))
        except (JsonError, RecordError):
            return
        self._event_sound = not any(finding.level == "error" for finding in self._event_findings(record))
        self._last = record

    def sift(self, lines: Sequence[bytes], where: Where) -> Batch | None:
        """Add records; the batch of those that are not added one by one."""
        gated = gate(lines, self.schema)
        accepted = gated.sound.copy()
        for n in range(len(lines)):
            cut = gated.cuts[n]
            if not accepted[n] or cut is None or not self._follows(cut):
                accepted[n] = False
                self.add(n, lines[n], *where(n))
            elif cut.gold is None or gated.warned[n]:
                record = record_of(json.loads(lines[n]))
                found = list(self._article_findings(record, sound=True))
                self.block.findings.extend(_placed(found, record, lines[n].decode("utf-8"), *where(n)))
        return gated.batch(accepted)

    def _follows(self, cut: Cut) -> bool:
        """Take a record with a sound event as the next one, where it certainly may come behind the one before."""
        key = sort_key(cut.id)
        if self._cut is not None:
            fits = self._key < key and (self._key[0] != key[0] or self._cut.event == cut.event)
        else:
            fits = self._last is None or not any(self._sequence(_bare(cut)))
        if fits:
            self._cut, self._key = cut, key
        return fits

    def _settle(self) -> None:
        """Turn the last record that went by the column into what others are compared with."""
        if self._cut is not None:
            self._last, self._event_sound, self._cut = _bare(self._cut), True, None

    def add(self, n: int, line: bytes, path: str, number: int) -> None:
        """Check one record, the n-th, and keep its rows."""
        self._settle()
        try:
            record = record_of(loads(line))
        except JsonError as fault:
            self.block.findings.append(Finding(path, number, fault.column, fault.id, "error", fault.message, fault.mend))
            return
        except RecordError as error:
            at = locate(line.decode("utf-8"), error.pointer)[1]
            self.block.findings.append(
                Finding(path, number, at, "E-RECORD", "error", error.message, error.mend, pointer_text(error.pointer))
            )
            return
        if record.text:
            self.block.texts[n] = record.event_name, record.text
        found = list(self._findings(record))
        self.block.findings.extend(_placed(found, record, line.decode("utf-8"), path, number) if found else ())
        if self._event_sound and not any(finding.level == "error" for _, finding in found):
            self._keep(n, record)
        self._last = record

    def _findings(self, record: Record) -> Iterator[tuple[Pointer, Finding]]:
        """Findings of a record, each with the part of the record that it speaks of."""
        yield from self._sequence(record)
        last = self._last
        if last is None or last.event_name != record.event_name or last.event != record.event:
            found = self._event_findings(record)
            self._event_sound = not any(finding.level == "error" for finding in found)
            yield from ((("event",), finding) for finding in found)
        if record.is_article:
            yield from self._article_findings(record)

    def _sequence(self, record: Record) -> Iterator[tuple[Pointer, Finding]]:
        last = self._last
        if last is None:
            return
        if sort_key(record.id) <= sort_key(last.id):
            said = "The id stands twice." if record.id == last.id else f"The record comes after {last.id}."
            yield _found(("id",), "E-RECORD-ORDER", said, "Sort the records by event and number, each once.")
        if record.event_name == last.event_name and record.event != last.event:
            yield _found(("event",), "E-RECORD-EVENT", f"The event is not that of {last.id}.", "Give all records of an event the same one.")

    def _event_findings(self, record: Record) -> list[Finding]:
        """Findings of the event of a record, whatever its article is."""
        file = record.event_file()
        return sorted(self._checker.check_event(file)) if file else []

    def _article_findings(self, record: Record, *, sound: bool = False) -> Iterator[tuple[Pointer, Finding]]:
        """Findings of the article of a record and its annotations; only warnings, where it is known that there are no errors."""
        if record.article is None:
            part: Pointer = ("gold",) if record.gold is not None else ("id",)
            yield _found(part, "E-ANNOTATION-ORPHAN", f"There is no article {record.id}.", "Add the article, or remove the record.")
            return
        if record.event is None:
            mend = "Describe the event: id, title, date, references, split."
            yield _found(("event",), "E-ARTICLE-NO-EVENT", "The record has no event.", mend)
        if record.gold is None:
            yield _found(("gold",), "W-NO-GOLD", "The article has no gold annotation.", "Annotate it: `pinta resolve`, or Label Studio.")
        check = self._checker.warnings if sound else partial(self._checker.check, event=False)
        yield from sorted((_part(finding), finding) for finding in check(record.document()))
        for n, document in enumerate(record.pass_documents()):
            path = document.annotation.path if document.annotation else ""
            found = sorted(finding for finding in check(document) if finding.path == path)
            yield from ((("passes", n, "annotation"), finding) for finding in found)

    def _keep(self, n: int, record: Record) -> None:
        if not record.is_article or record.event is None:
            return
        document = record.document()
        if document.annotation is not None:
            self.block.statistics.add(document)
            hashes = {"text": record.article["text_sha256"], "gold": gold_digest(record.gold), "split": record.event["split"]}
            self._digests.append((n, record.id, hashes))
            for config in self.configs:
                if config != "passes":
                    self._add_rows(n, config, document)
        if "passes" in self.configs:
            for one in record.pass_documents():
                self._add_rows(n, "passes", one)

    def _add_rows(self, n: int, config: str, document: Document) -> None:
        split = document.event.body["split"] if document.event else ""
        self._rows[config, split].extend((n, row) for row in ROWS[config](document, self.schema))

    def finish(self, batch: Batch | None) -> None:
        """Put the rows of records that were added one by one and of a batch into tables."""
        found = {key: [self._table(key[0], rows)] for key, rows in self._rows.items() if rows}
        if batch is not None:
            for config, article, table in tables_of(batch, [config for config in CONFIGS if config in self.configs]):
                for split, lines, part in by_split(batch, article, table):
                    found.setdefault((config, split), []).append((lines, part))
            self.block.statistics.update(statistics_of(batch))
            self._digests.extend(_digests(batch))
        self.block.digests.update((id_, hashes) for _, id_, hashes in sorted(self._digests, key=itemgetter(0)))
        for key in sorted(found, key=lambda key: (list(CONFIGS).index(key[0]), key[1])):
            self.block.tables[key] = _merged(found[key])

    def _table(self, config: str, rows: list[tuple[int, dict[str, Any]]]) -> Part:
        import pyarrow as pa

        table = pa.Table.from_pylist([row for _, row in rows], schema=columns(self.schema, config))
        return np.array([n for n, _ in rows], dtype=np.int64), table


def _bare(cut: Cut) -> Record:
    """What the order of records shows, of a record that was not read."""
    return Record(cut.id, loads(cut.event))


def _digests(batch: Batch) -> Iterator[tuple[int, str, dict[str, str]]]:
    """Number of the record, article and hashes of each gold annotation."""
    about = batch.view.about.codes["text_sha256"]
    ids = batch.view.ids.to_pylist()
    for article, raw in zip(batch.view.owner[: batch.gold].tolist(), batch.raw, strict=True):
        gold = sha256(raw).hexdigest() if batch.canonical else gold_digest(loads(bytes(raw)))
        split = batch.events[batch.event[article]].split
        yield int(batch.line[article]), ids[article], {"text": about.values[about.ids[article]], "gold": gold, "split": split}


def _texts(batch: Batch) -> Iterator[tuple[int, tuple[str, str]]]:
    """Event and text of each record that has a text, by its number."""
    rows = zip(batch.line.tolist(), batch.view.ids.to_pylist(), batch.view.texts.array.to_pylist(), strict=True)
    yield from ((n, (id_.partition("/")[0], text)) for n, id_, text in rows if text)


def _merged(parts: list[Part]) -> pa.Table:
    """One table, in the order of the records."""
    import pyarrow as pa

    if len(parts) == 1:
        return parts[0][1]
    order = np.argsort(np.concatenate([lines for lines, _ in parts]), kind="stable")
    return pa.concat_tables([table for _, table in parts]).combine_chunks().take(pa.array(order))


def _found(part: Pointer, id_: str, message: str, mend: str) -> tuple[Pointer, Finding]:
    return part, Finding("", 1, 1, id_, CHECKS[id_].level, message, mend)


def _part(finding: Finding) -> Pointer:
    """The part of a record that a file of the folder layout is."""
    if finding.path.startswith("annotations/"):
        return ("gold",)
    return ("text",) if finding.path.endswith(".txt") else ("article",)


def _placed(found: list[tuple[Pointer, Finding]], record: Record, line: str, path: str, number: int) -> Iterator[Finding]:
    """The same findings at their places in a shard."""
    for part, finding in found:
        pointer = (*part, *_steps(finding.pointer, record, part))
        message = f"{record.id}: {finding.message}"
        if part == ("text",):
            message = f"{record.id}.txt:{finding.line}:{finding.column}: {finding.message}"
        column = locate(line, pointer)[1]
        yield Finding(path, number, column, finding.id, finding.level, message, finding.mend, pointer_text(pointer))


def _steps(pointer: str, record: Record, part: Pointer) -> Iterator[str | int]:
    """The steps of a pointer in RFC 6901 notation; whether one is a number is decided by the value that it goes into."""
    value: Any = {"event": record.event, "article": record.article, "gold": record.gold}.get(str(part[0]))
    value = record.passes[int(part[1])].annotation if part[0] == "passes" else value
    for text in pointer.split("/")[1:]:
        name = text.replace("~1", "/").replace("~0", "~")
        step = int(name) if isinstance(value, list) else name
        yield step
        value = _inside(value, step)


def _inside(value: Any, step: str | int) -> Any:
    try:
        return value[step]
    except (LookupError, TypeError):
        return None
