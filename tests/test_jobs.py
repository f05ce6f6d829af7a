"""Work on stores: blocks of records, shards, workers that die."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pinta.checks.run import check_corpus
from pinta.corpus.documents import Document, read_all, read_passes
from pinta.corpus.layout import Corpus
from pinta.diagnostics import Finding
from pinta.jobs.block import Block, process
from pinta.jsontext import compact, loads
from pinta.release.build import Tabulator
from pinta.store.folder import FolderReader
from pinta.store.records import Record, record_of
from pinta.tables import ROWS
from test_checks import spoil
from tiny import TinyCorpus


def lines_of(corpus: Corpus) -> list[bytes]:
    reader = FolderReader(corpus)
    lines = [record.line() for record in reader.records()]
    assert reader.findings == []
    return lines


def where(n: int) -> tuple[str, int]:
    return "shards/00000.jsonl", n + 1


def worked(corpus: Corpus, lines: Sequence[bytes] | None = None) -> Block:
    return process(lines_of(corpus) if lines is None else lines, corpus.schema, where=where)


# Blocks


def test_a_block_holds_the_rows_that_a_build_of_the_folder_makes(still: TinyCorpus, tmp_path: Path) -> None:
    block = worked(still.corpus)
    assert block.findings == []
    tabulator = Tabulator(still.corpus, tmp_path)
    documents = list(read_all(still.corpus))
    for document in documents:
        tabulator.add_gold(document)
    assert block.digests == tabulator.digests
    assert block.statistics.as_json() == tabulator.statistics.as_json()
    for config in ROWS:
        found = [row for (name, _), table in block.tables.items() if name == config for row in table.to_pylist()]
        passes = [d for annotator in still.corpus.annotators() for d in read_passes(still.corpus, annotator)]
        made = [row for d in (passes if config == "passes" else documents) for row in rows_of(config, d, still.corpus)]
        assert sorted(found, key=lambda row: row["id"]) == sorted(made, key=lambda row: row["id"]), config


def rows_of(config: str, document: Document, corpus: Corpus) -> list[dict[str, Any]]:
    import pyarrow as pa

    from pinta.schema.features import columns

    rows: list[dict[str, Any]] = pa.Table.from_pylist(
        list(ROWS[config](document, corpus.schema)), schema=columns(corpus.schema, config)
    ).to_pylist()
    return rows


FOLDER_ONLY = {"E-NEAR-DUPLICATE-SPLITS", "W-NEAR-DUPLICATE", "E-EVENT-TWO-SPLITS"}


def fixtures() -> list[str]:
    from test_checks import FOLDER

    return sorted(path.name for path in FOLDER.iterdir())


@pytest.mark.parametrize("id_", fixtures())
def test_a_block_finds_what_the_check_of_the_folder_finds(corpus: TinyCorpus, id_: str) -> None:
    spoil(corpus, id_)
    reader = FolderReader(corpus.corpus)
    lines = [record.line() for record in reader.records()]
    if reader.findings:
        assert {finding.id for finding in reader.findings} == {id_}
        return
    found = [finding for finding in worked(corpus.corpus, lines).findings if finding.id not in FOLDER_ONLY]
    wanted = [finding for finding in check_corpus(corpus.corpus) if finding.id not in FOLDER_ONLY]
    assert sorted(finding.id for finding in found) == sorted(finding.id for finding in wanted)
    for finding in found:
        assert_place(finding, lines)


def assert_place(finding: Finding, lines: Sequence[bytes]) -> None:
    """The column is where the value of the pointer begins."""
    line = lines[finding.line - 1].decode("utf-8")
    value: Any = loads(line.encode("utf-8"))
    for step in finding.pointer.split("/")[1:]:
        inner = value[int(step)] if isinstance(value, list) else value.get(step) if isinstance(value, dict) else None
        if inner is None:
            break  # a missing key: the place is that of the object around it
        value = inner
    written = compact(value).decode("utf-8")
    assert line[finding.column - 1 :].startswith(written) or line[finding.column - 1 :].startswith("null"), finding


def test_the_same_lines_in_two_blocks_give_the_same(still: TinyCorpus) -> None:
    lines = lines_of(still.corpus)
    whole = worked(still.corpus, lines)
    for cut in range(1, len(lines)):
        first = process(lines[:cut], still.corpus.schema, where=where)
        rest = process(lines[cut:], still.corpus.schema, where=where, before=lines[cut - 1])
        assert first.findings + rest.findings == whole.findings
        assert {**first.digests, **rest.digests} == whole.digests
        first.statistics.update(rest.statistics)
        assert first.statistics.as_json() == whole.statistics.as_json()


def edited(lines: list[bytes], n: int, **change: Any) -> list[bytes]:
    value = {**loads(lines[n]), **change}
    return [*lines[:n], compact(value), *lines[n + 1 :]]


def test_an_id_that_comes_again_or_too_late_is_found(still: TinyCorpus) -> None:
    lines = lines_of(still.corpus)
    for wrong in ([lines[0], *lines], [lines[1], lines[0], *lines[2:]]):
        assert [finding.id for finding in worked(still.corpus, wrong).findings] == ["E-RECORD-ORDER"]


def test_records_of_one_event_that_tell_it_differently_are_found(still: TinyCorpus) -> None:
    lines = lines_of(still.corpus)
    event = {**loads(lines[0])["event"], "title": "Another title"}
    found = worked(still.corpus, edited(lines, 1, event=event)).findings
    assert [finding.id for finding in found] == ["E-RECORD-EVENT", "E-RECORD-EVENT"]  # against the one before, and the one after
    assert found[0].line == 2 and found[0].pointer == "/event"


@pytest.mark.parametrize(
    ("line", "pointer"),
    [
        (b"[]", ""),
        (b"{}", ""),
        (b'{"id":"x/01","event":null,"article":null,"text":null,"gold":null,"passes":[],"more":1}', "/more"),
        (b'{"id":"../../etc/01","event":null,"article":null,"text":null,"gold":null,"passes":[]}', "/id"),
        (b'{"id":"x/01","event":null,"article":null,"text":5,"gold":null,"passes":[]}', "/text"),
        (b'{"id":"x/01","event":null,"article":null,"text":null,"gold":null,"passes":null}', "/passes"),
        (b'{"id":"x/01","event":null,"article":null,"text":null,"gold":null,"passes":[{"annotator":".."}]}', "/passes/0"),
        (
            b'{"id":"x/01","event":null,"article":null,"text":null,"gold":null,"passes":[{"annotator":"..","annotation":{}}]}',
            "/passes/0/annotator",
        ),
        (b'{"id":"x","event":{},"article":{"id":1},"text":null,"gold":null,"passes":[]}', "/id"),
    ],
)
def test_a_line_that_is_no_record_is_found(still: TinyCorpus, line: bytes, pointer: str) -> None:
    found = worked(still.corpus, [*lines_of(still.corpus), line]).findings
    assert [(finding.id, finding.pointer) for finding in found] == [("E-RECORD", pointer)]


def test_a_line_that_is_not_json_is_found_with_its_column(still: TinyCorpus) -> None:
    found = worked(still.corpus, [b'{"id": NaN}', b'{"id" 1}', b"\xff"]).findings
    assert [(finding.id, finding.line, finding.column) for finding in found] == [
        ("E-JSON-NAN", 1, 8),
        ("E-JSON-SYNTAX", 2, 7),
        ("E-FILE-UTF8", 3, 1),
    ]


def test_records_with_errors_have_no_rows(still: TinyCorpus) -> None:
    lines = lines_of(still.corpus)
    broken = edited(lines, 0, event={**loads(lines[0])["event"], "split": "nowhere"})
    broken = [compact({**loads(line), "event": loads(broken[0])["event"]}) if b'"2031-anu/' in line[:20] else line for line in broken]
    block = worked(still.corpus, broken)
    assert [finding.id for finding in block.findings] == ["E-SCHEMA-LABEL"]  # once, not in each record of the event
    assert not any(id_.startswith("2031-anu/") for id_ in block.digests)
    assert not any(split == "nowhere" for _, split in block.tables)


def test_a_record_is_its_line_and_its_files(still: TinyCorpus) -> None:
    for line in lines_of(still.corpus):
        record = record_of(loads(line))
        assert record.line() == line
        for path, raw in record.files():
            assert still.path(path).read_bytes() == raw
    assert record_of(loads(Record("x", {"id": "x"}).line())) == Record("x", {"id": "x"})
