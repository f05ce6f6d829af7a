"""A block of records, worked through: findings, tables, digests and figures. A pure function of its lines.

This is the reference: every record becomes a document and passes the checks one by one. Whatever makes blocks faster has
to give the same result.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..checks.registry import CHECKS
from ..checks.run import Checker
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

Where = Callable[[int], tuple[str, int]]
"""Path and line, as findings show them, of the n-th line of a block."""


@dataclass
class Block:
    """What came of some records.

    ``findings`` are in the order of the records. Only records without errors have rows in ``tables`` (by config and split,
    in the order of the records), are counted in ``statistics``, and have an entry in ``digests`` (by article: hash of the
    text, hash of the gold, split).
    """

    findings: list[Finding] = field(default_factory=list)
    tables: dict[tuple[str, str], pa.Table] = field(default_factory=dict)
    digests: dict[str, dict[str, str]] = field(default_factory=dict)
    statistics: Statistics = field(default_factory=Statistics)


def process(
    lines: Sequence[bytes], schema: Schema, *, configs: Collection[str] = tuple(CONFIGS), where: Where, before: bytes | None = None
) -> Block:
    """Check records and make their rows.

    Args:
        lines: records as JSON, without line ends, sorted by `sort_key` of their ids.
        configs: the tables to make.
        where: the place of a line, for findings.
        before: the line before the first one. The order of ids is held against it, and its event, where it is the same,
            has been judged already.
    """
    work = _Work(schema, configs)
    if before is not None:
        work.follow(before)
    for n, line in enumerate(lines):
        work.add(line, *where(n))
    return work.finish()


@lru_cache(maxsize=4)
def _checker(schema: Schema) -> Checker:
    return Checker(schema)


class _Work:
    """A block in the making: what has been seen of the record before, and rows so far."""

    def __init__(self, schema: Schema, configs: Collection[str]) -> None:
        self.schema, self.configs = schema, configs
        self.block = Block()
        self._checker = _checker(schema)
        self._rows: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self._last: Record | None = None
        self._event_sound = True

    def follow(self, line: bytes) -> None:
        """Take a record as the one before, without its findings and rows."""
        try:
            record = record_of(loads(line))
        except (JsonError, RecordError):
            return
        self._event_sound = not any(finding.level == "error" for finding in self._event_findings(record))
        self._last = record

    def add(self, line: bytes, path: str, number: int) -> None:
        """Check one record and keep its rows."""
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
        found = list(self._findings(record))
        self.block.findings.extend(_placed(found, record, line.decode("utf-8"), path, number) if found else ())
        if self._event_sound and not any(finding.level == "error" for _, finding in found):
            self._keep(record)
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

    def _article_findings(self, record: Record) -> Iterator[tuple[Pointer, Finding]]:
        if record.article is None:
            part: Pointer = ("gold",) if record.gold is not None else ("id",)
            yield _found(part, "E-ANNOTATION-ORPHAN", f"There is no article {record.id}.", "Add the article, or remove the record.")
            return
        if record.event is None:
            mend = "Describe the event: id, title, date, references, split."
            yield _found(("event",), "E-ARTICLE-NO-EVENT", "The record has no event.", mend)
        if record.gold is None:
            yield _found(("gold",), "W-NO-GOLD", "The article has no gold annotation.", "Annotate it: `pinta resolve`, or Label Studio.")
        yield from sorted((_part(finding), finding) for finding in self._checker.check(record.document(), event=False))
        for n, document in enumerate(record.pass_documents()):
            path = document.annotation.path if document.annotation else ""
            found = sorted(finding for finding in self._checker.check(document, event=False) if finding.path == path)
            yield from ((("passes", n, "annotation"), finding) for finding in found)

    def _keep(self, record: Record) -> None:
        if not record.is_article or record.event is None:
            return
        document = record.document()
        if document.annotation is not None:
            self.block.statistics.add(document)
            self.block.digests[record.id] = {
                "text": record.article["text_sha256"],
                "gold": gold_digest(record.gold),
                "split": record.event["split"],
            }
            for config in self.configs:
                if config != "passes":
                    self._add_rows(config, document)
        if "passes" in self.configs:
            for one in record.pass_documents():
                self._add_rows("passes", one)

    def _add_rows(self, config: str, document: Document) -> None:
        split = document.event.body["split"] if document.event else ""
        self._rows[config, split].extend(ROWS[config](document, self.schema))

    def finish(self) -> Block:
        """The block, with its rows as tables."""
        import pyarrow as pa

        keys = [(config, split) for config in CONFIGS for split in sorted({s for c, s in self._rows if c == config})]
        for key in keys:
            if self._rows[key]:
                self.block.tables[key] = pa.Table.from_pylist(self._rows[key], schema=columns(self.schema, key[0]))
        return self.block


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
