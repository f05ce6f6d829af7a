"""Records by the column: the same findings, rows, hashes and figures as one by one, and no error ever goes by."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutants import mutant, pool_of
from pinta import tables as one_by_one
from pinta.checks import registry
from pinta.checks.registry import CHECKS, Check, Context, Problem
from pinta.columnar.gate import COVERED, knows_all_checks
from pinta.columnar.reading import read
from pinta.columnar.sentences import sentences_of
from pinta.columnar.shapes import UnknownShapeError, shape_of
from pinta.columnar.tags import strings_of, tags_of, tokens_of
from pinta.columnar.texts import Texts
from pinta.columnar.work import gate
from pinta.corpus.layout import Corpus
from pinta.jobs.block import Block, process
from pinta.jsontext import compact, loads
from pinta.schema.labels import Schema
from pinta.spans import normalise, sentences
from pinta.store.folder import FolderReader
from tiny import REPOSITORY


def where(n: int) -> tuple[str, int]:
    return "shards/00000.jsonl", n + 1


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    """All records of the corpus of the repository."""
    return [record.line() for record in FolderReader(Corpus(REPOSITORY)).records()]


def same(lines: Sequence[bytes], schema: Schema, **options: Any) -> Block:
    """Work a block both ways, and hold the results to each other."""
    wanted = process(lines, schema, where=where, fast=False, texts=True, **options)
    found = process(lines, schema, where=where, texts=True, **options)
    assert list(found.texts.items()) == list(wanted.texts.items())
    assert found.findings == wanted.findings
    assert list(found.digests.items()) == list(wanted.digests.items())
    assert found.statistics.as_json() == wanted.statistics.as_json()
    assert list(found.tables) == list(wanted.tables)
    for key, table in wanted.tables.items():
        assert found.tables[key].equals(table, check_metadata=True), key
    return found


# The corpus


def test_the_corpus_by_the_column_is_the_corpus_one_by_one(lines: list[bytes], schema: Schema) -> None:
    block = same(lines, schema)
    assert len(block.digests) == len(lines)
    assert gate(lines, schema).sound.all()


def test_a_block_goes_on_where_another_ended(lines: list[bytes], schema: Schema) -> None:
    same(lines[7:20], schema, before=lines[6])
    same(lines[7:20], schema, before=lines[7])
    same(lines[7:20], schema, before=b"no record")


def test_records_that_are_out_of_order_go_one_by_one(lines: list[bytes], schema: Schema) -> None:
    first = lines[:12]
    same([first[1], first[0], *first[2:]], schema)
    same([*first[:3], first[2], *first[3:]], schema)
    other = loads(first[1])
    other["event"] = {**other["event"], "title": "Another title"}
    same([first[0], compact(other), *first[2:]], schema)


def test_only_some_tables_are_made_where_only_some_are_wanted(lines: list[bytes], schema: Schema) -> None:
    block = same(lines[:30], schema, configs=["stances", "passes"])
    assert {config for config, _ in block.tables} == {"stances", "passes"}


def test_articles_without_gold_pass_with_a_warning(lines: list[bytes], schema: Schema) -> None:
    bare = [compact({**loads(line), "gold": None, "passes": []}) for line in lines[:9]]
    assert {finding.id for finding in same(bare, schema).findings} == {"W-NO-GOLD"}
    assert gate(bare, schema).sound.all()


def test_no_records_make_an_empty_block(schema: Schema) -> None:
    assert same([], schema).tables == {}


# Whatever may be wrong


@pytest.mark.parametrize("seed", range(6))
def test_what_is_changed_at_random_is_judged_as_one_by_one(lines: list[bytes], schema: Schema, seed: int) -> None:
    chance = random.Random(seed)
    records = [loads(line) for line in lines[seed::9] if len(line) < 30_000]
    pool = pool_of(records)
    changed = [mutant(record, chance, pool) for record in records for _ in range(3)]
    for n in range(3):
        same(changed[n::3], schema)


def _written(lines: Sequence[bytes]) -> Iterator[tuple[bytes, ...]]:
    first, second = lines[0], lines[1]
    yield (first.replace(b'"iso3":null', b'"iso3":null,"iso3":null', 1), second)
    yield (first.replace(b',"metonym":false', b"", 1), second)
    yield (re.sub(rb',"wikidata":(null|"Q\d+")', b"", first, count=1), second)
    yield (re.sub(rb',"iso3":null', b"", first, count=1).replace(b'"name":"', b'"name":":', 1), second)
    yield (re.sub(rb',"iso3":null', b"", first, count=1).replace(b'"requests":', b'"anchors":null,"requests":', 1), second)
    yield (re.sub(rb',"iso3":null', b"", first, count=1).replace(b'"requests":', b'"\\u0061nchors":null,"requests":', 1), second)
    yield (first.replace(b"{", b"{ "), second)
    yield (first.replace(b'"start":', b'"start": ', 1), second)
    yield (first + second, second)
    yield (first + b"{}", second)
    yield (first[: len(first) // 2], first[len(first) // 2 :], second)
    yield (first[:-1], b"}" + second)
    yield (first, b"", second)
    yield (first, b"\xff" + second)
    yield (b"\xef\xbb\xbf" + first, second)
    yield (first.replace(b'"text":"', b'"text":"\xff', 1), second)
    yield (first.replace(b'"text":"', b'"text":"\\ud83c', 1), second)
    yield (first.replace(b'"text":"', b'"text":"\\u0041', 1), second)
    yield (re.sub(rb'"value":(\d+)', rb'"value":\1.0', first), second)
    yield (re.sub(rb'"value":(\d+)', rb'"value":\1e0', first), second)
    yield (re.sub(rb'"value":(\d+)', rb'"value":NaN', first), second)
    yield (re.sub(rb'"passes":\[\{"annotator":"[^"]*"', rb'"passes":[{"annotator":"../x"', first), second)


@pytest.mark.parametrize("number", range(22))
def test_lines_written_in_other_ways_are_judged_as_one_by_one(lines: list[bytes], schema: Schema, number: int) -> None:
    short = sorted((line for line in lines if b'"value":' in line and b'"iso3":null' in line), key=len)[:2]
    written = list(_written(sorted(short)))
    assert len(written) == 22
    same(written[number], schema)


def test_a_key_that_is_missing_in_one_line_is_not_made_up_by_another(lines: list[bytes], schema: Schema) -> None:
    short = re.sub(rb',"iso3":null', b"", lines[0], count=1)
    long = lines[1].replace(b'"requests":', b'"anchors":null,"requests":', 1)
    assert short != lines[0]
    assert not gate([short, long], schema).sound.any()


def test_a_check_that_the_gate_does_not_know_lets_nothing_pass(lines: list[bytes], schema: Schema, monkeypatch: pytest.MonkeyPatch) -> None:
    from pinta.columnar import work

    def run(context: Context) -> Iterator[Problem]:
        yield Problem((), "New.", "Mend it.")

    monkeypatch.setitem(registry.CHECKS, "E-NEW", Check("E-NEW", "annotation", run, "A new check."))
    work._shapes.cache_clear()
    try:
        assert not knows_all_checks()
        assert not gate(lines[:3], schema).sound.any()
    finally:
        work._shapes.cache_clear()


def test_every_check_is_covered_and_nothing_that_is_no_check() -> None:
    assert {made.id for made in CHECKS.values() if made.run} == COVERED


def test_a_schema_with_a_strange_keyword_has_no_shape(schema: Schema) -> None:
    from dataclasses import replace

    body = {**schema.files["annotation"], "propertyNames": {"maxLength": 3}}
    strange = replace(schema, folder=Path("/elsewhere"), files={**schema.files, "annotation": body})
    with pytest.raises(UnknownShapeError):
        shape_of(strange, "annotation")


def test_one_line_that_cannot_be_read_does_not_take_others_with_it(schema: Schema) -> None:
    import pyarrow as pa

    from pinta.columnar.shapes import Shape

    shape = Shape("object", fields=(("a", Shape("integer")),), required=frozenset({"a"}))
    lines = [memoryview(b'"a":%d}' % n) for n in range(100)]
    lines[17], lines[63] = memoryview(b'"a":"x"}'), memoryview(b'"b":1}')
    made = read(lines, shape, pa.schema([("a", pa.int32())]))
    assert made.kept.tolist() == made.table.column("a").to_pylist() == [n for n in range(100) if n not in (17, 63)]


# Texts


MIXED = st.text(alphabet=st.sampled_from('aAbZé Éİ.!?…\n"”’)]([#@1٣_-—–  \u0301🇮🇩😀ßDr.Prof.Rpa.n'), max_size=40)


def _texts(found: list[str]) -> Texts:
    import pyarrow as pa

    return Texts(pa.array(found, pa.string()))


def _normal(raws: list[str]) -> list[str]:
    return [text for raw in raws if (text := normalise(raw))]


@given(st.lists(MIXED, min_size=1, max_size=4))
def test_only_texts_in_normal_form_count_as_such(raws: list[str]) -> None:
    abnormal = _texts(raws).abnormal()
    for raw, odd in zip(raws, abnormal.tolist(), strict=True):
        assert odd == (normalise(raw) != raw or not raw)


@given(st.lists(MIXED, min_size=1, max_size=4))
def test_words_and_letters_are_those_of_python(raws: list[str]) -> None:
    texts = _texts(raws)
    assert texts.words().tolist() == [len(re.findall(r"\w+", raw)) for raw in raws]
    assert texts.without_letters().tolist() == [not any(letter.isalpha() for letter in raw) for raw in raws]


@given(st.lists(MIXED, min_size=1, max_size=4))
def test_sentences_of_many_texts_are_those_of_each(raws: list[str]) -> None:
    normal = _normal(raws)
    if not normal:
        return
    texts = _texts(normal)
    found = sentences_of(texts)
    wanted = [(base + s, base + e) for text, base in zip(normal, texts.first.tolist(), strict=False) for s, e in sentences(text)]
    assert list(zip(found.start.tolist(), found.end.tolist(), strict=True)) == wanted


def test_sentences_of_the_corpus(lines: list[bytes]) -> None:
    known = [text for line in lines if (text := loads(line)["text"])]
    texts = _texts(known)
    found = sentences_of(texts)
    wanted = [(base + s, base + e) for text, base in zip(known, texts.first.tolist(), strict=False) for s, e in sentences(text)]
    assert list(zip(found.start.tolist(), found.end.tolist(), strict=True)) == wanted


@given(st.lists(MIXED, min_size=1, max_size=4))
def test_tokens_of_many_texts_are_those_of_each(raws: list[str]) -> None:
    texts = _texts(raws)
    tokens = tokens_of(texts)
    wanted = [[match.span() for match in one_by_one._TOKEN.finditer(raw)] for raw in raws]
    assert np.diff(tokens.first).tolist() == [len(spans) for spans in wanted]
    places = [(base + s, base + e) for spans, base in zip(wanted, texts.first.tolist(), strict=False) for s, e in spans]
    assert list(zip(tokens.start.tolist(), tokens.end.tolist(), strict=True)) == places
    assert strings_of(texts, tokens).to_pylist() == [raw[s:e] for raw, spans in zip(raws, wanted, strict=True) for s, e in spans]


CLASSES = ["item", "quantity", "specification", "request_cue", "stance_cue"]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12), st.sampled_from(CLASSES)), max_size=12))
def test_tags_are_those_of_one_document(raw: list[tuple[int, int, str]]) -> None:
    text = "satu dua, tiga empat—lima enam tujuh\n"
    texts = _texts([text])
    tokens = tokens_of(texts)
    spans = [(start, min(start + size, len(text)), name) for start, size, name in raw]
    ids = {tag: n for n, tag in enumerate(["O", *(f"{edge}-{name}" for name in CLASSES for edge in "BI")])}
    wanted = one_by_one.tag(list(zip(tokens.start.tolist(), tokens.end.tolist(), strict=True)), spans, ids)
    start, end = (np.array([span[k] for span in spans], dtype=np.int64) for k in (0, 1))
    names = np.array([CLASSES.index(span[2]) for span in spans], dtype=np.int64)
    assert tags_of(tokens, start, end, names, CLASSES).tolist() == wanted
