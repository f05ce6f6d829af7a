"""A reader's own copy under the annotation: what is found is right, what is not is told, and nothing shifts in silence."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinta.anchors import anchors
from pinta.checks.offsets import spans_of
from pinta.checks.run import check_document
from pinta.cli import main
from pinta.corpus.documents import Document, JsonFile, read_document
from pinta.corpus.hydrate import PLAIN, Hydration, attach, hydrate
from pinta.corpus.ingest import text_of_html
from pinta.corpus.restricted import without_quotes
from pinta.diagnostics import FindingsError, PintaError
from pinta.draft import resolve
from pinta.jsontext import dumps
from pinta.release.build import build
from pinta.release.hydrated import match, match_all, read_standoff
from pinta.schema.labels import Schema
from pinta.spans import Span, normalise, sha256
from tiny import RESTRICTED, TINY, TinyCorpus, draft_of

HEAD = "Anu meminta dua kapal perang dari Bena"
PARAGRAPHS = [
    "Republik Anu meminta dua kapal patroli dan 1.500 butir peluru kepada Kerajaan Bena, kata Menteri Pertahanan Wira Laksa, Senin.",
    'Permintaan itu disampaikan lewat surat. "Kami butuh kapal itu sekarang," kata Wira Laksa, mengutip keadaan di perbatasan – yang genting.',
    "Menteri Luar Negeri Bena, Sari Lumban, belum menjawab. Ia menyebut usul Anu itu 'terlalu besar' bagi negerinya.",
    "Di Cala, juru bicara Toma Reka mendukung permintaan Anu dan mengecam kebisuan Bena.",
    "Perang perbatasan dimulai tahun lalu. Sejak itu Anu membeli senjata di pasar bebas.",
]
TEXT = normalise("\n\n".join([HEAD, *PARAGRAPHS]))
DRAFT: dict[str, Any] = {
    "entities": [
        {"id": "e1", "type": "state", "name": "Anu", "mentions": ["Anu|all"], "iso3": "XAN"},
        {"id": "e2", "type": "state", "name": "Bena", "mentions": ["Bena|all"], "iso3": "XBE"},
        {"id": "e3", "type": "person", "name": "Wira Laksa", "mentions": ["Wira Laksa|all"]},
        {"id": "e4", "type": "person", "name": "Sari Lumban", "mentions": ["Sari Lumban"]},
        {"id": "e5", "type": "person", "name": "Toma Reka", "mentions": ["Toma Reka"]},
        {"id": "e6", "type": "state", "name": "Cala", "mentions": ["Cala"], "iso3": "XCA"},
    ],
    "claims": [{"id": "c1", "quote": "usul Anu itu 'terlalu besar'", "author": "e2", "kind": "assertion"}],
    "stances": [
        {"id": "s1", "holder": "e6", "voiced_by": "e5", "target": "r1", "act": "support", "cue": "mendukung", "evidence": ["@7"]},
        {"id": "s3", "holder": "e2", "voiced_by": "e4", "target": "e1", "act": "oppose", "cue": "menyebut", "evidence": ["@6"]},
        {"id": "s4", "holder": "e6", "target": "c1", "act": "oppose", "evidence": ["@6-7"]},
        {"id": "s2", "holder": "e6", "voiced_by": "e5", "target": "e2", "act": "oppose", "cue": "mengecam", "evidence": ["@7"]},
    ],
    "requests": [
        {
            "id": "r1",
            "requester": "e1",
            "supplier": "e2",
            "cue": "meminta|@2",
            "channel": "letter",
            "messenger": "e3",
            "purpose": "unspecified",
            "realis": "reported",
            "attribution": ["e3"],
            "status": "unanswered",
            "items": [
                {
                    "quote": "kapal patroli",
                    "kind": "supply",
                    "category": "small_craft",
                    "quantity": {"quote": "dua|@2", "value": 2},
                },
                {
                    "quote": "peluru",
                    "kind": "supply",
                    "category": "ammunition",
                    "quantity": {"quote": "1.500", "value": 1500},
                },
            ],
        }
    ],
}


@pytest.fixture(scope="module")
def gold(schema: Schema) -> dict[str, Any]:
    """The annotation of TEXT, with its quotes."""
    return resolve({**draft_of("2031-anu/01"), "article": RESTRICTED, **DRAFT}, TEXT)


@pytest.fixture(scope="module")
def bare(gold: dict[str, Any]) -> dict[str, Any]:
    """The same as it is published: without a word of the text."""
    return without_quotes(gold, TEXT)


def hydrated(bare: dict[str, Any], copy: str) -> Hydration:
    return hydrate(RESTRICTED, bare["text_sha256"], bare["anchors"], copy)


def right_places(gold: dict[str, Any], found: Hydration, changed: str) -> None:
    """Every span that has a place stands on its own words, and on the occurrence of them that it stood on."""
    marks = {Span(span["start"], span["end"]): span["quote"] for _, span in spans_of(gold)}
    for was, now, state in found.placements:
        if now is None:
            continue
        words = found.text[now.start : now.end]
        assert plain(words) == plain(marks[was]), (was, now, state)
        assert plain(changed)[now.start : now.end] == plain(marks[was])


def plain(text: str) -> str:
    return text.translate(PLAIN)


def checked(corpus: TinyCorpus, body: dict[str, Any], text: str) -> list[str]:
    """What the checks find in a hydrated document, with its text."""
    document = read_document(corpus.corpus, RESTRICTED)
    metadata = {
        **document.article.body,
        "text_sha256": sha256(text),
        "characters": len(text),
        "text_included": True,
        "licence": "CC-BY-4.0",
    }
    metadata |= {"origin": "project_written", "source": None, "published": None}
    article = JsonFile(document.article.path, dumps(metadata), metadata)
    annotation = JsonFile("gold.json", dumps(body), body)
    return [str(finding) for finding in check_document(Document(article, text, "t.txt", document.event, annotation), corpus.corpus.schema)]


HTML = """<!doctype html><html lang="id"><head><title>{title} | Kabar Anu</title></head><body>
<nav><ul><li><a href="/">Beranda</a></li><li><a href="/dunia">Dunia</a></li></ul></nav>
<article><h1>{title}</h1>{body}</article>
<footer><p>Hak cipta Kabar Anu. Semua hak dilindungi.</p></footer></body></html>"""

WAYS = {
    "crlf": TEXT.replace("\n", "\r\n"),
    "mark of the byte order": "\ufeff" + TEXT,
    "blanks": TEXT.replace("\n", "   \n\n") + "\n\n",
    "decomposed": TEXT.replace("é", "e\u0301"),
}


@pytest.mark.parametrize("copy", [TEXT, *WAYS.values()], ids=["as is", *WAYS])
def test_a_copy_that_differs_only_in_form_is_the_text(gold: dict[str, Any], bare: dict[str, Any], copy: str) -> None:
    found = hydrated(bare, copy)
    assert found.same and found.complete and found.text == TEXT
    assert found.counts() == {"exact": len(bare["anchors"]), "moved": 0, "ambiguous": 0, "lost": 0}
    assert attach(bare, found) == gold


def test_a_line_on_top_moves_every_span_by_its_length(gold: dict[str, Any], bare: dict[str, Any]) -> None:
    found = hydrated(bare, f"KABAR ANU – Senin, 3 Maret\n\n{TEXT}")
    assert not found.same and found.counts() == {"exact": 0, "moved": len(bare["anchors"]), "ambiguous": 0, "lost": 0}
    assert {now.start - was.start for was, now, _ in found.placements if now} == {len("KABAR ANU – Senin, 3 Maret\n\n")}


def test_another_headline_loses_what_stood_in_it_and_nothing_else(gold: dict[str, Any], bare: dict[str, Any]) -> None:
    changed = TEXT.replace(HEAD, "Kapal perang diminta, jawaban ditunggu")
    found = hydrated(bare, changed)
    right_places(gold, found, changed)
    assert [was for was, now, _ in found.placements if now is None] == [
        Span(s["start"], s["end"]) for s in sorted(gold["mentions"], key=lambda m: m["start"]) if s["start"] < len(HEAD)
    ]
    assert found.counts()["ambiguous"] == 2 and found.counts()["lost"] == 0


@pytest.mark.parametrize("missing", range(len(PARAGRAPHS)))
def test_the_names_of_a_missing_paragraph_are_not_found_elsewhere(gold: dict[str, Any], bare: dict[str, Any], missing: int) -> None:
    low = TEXT.index(PARAGRAPHS[missing])
    high = low + len(PARAGRAPHS[missing])
    found = hydrated(bare, TEXT.replace(PARAGRAPHS[missing] + "\n", ""))
    for was, now, _ in found.placements:
        if was.end <= low or was.start >= high:
            assert now is not None and now.start == was.start - (0 if was.end <= low else high + 2 - low), was
        else:
            assert now is None, was


def test_typographic_marks_keep_every_place(gold: dict[str, Any], bare: dict[str, Any]) -> None:
    curly = (
        TEXT.replace('"Kami', "“Kami").replace('sekarang,"', "sekarang,”").replace("'terlalu besar'", "‘terlalu besar’").replace("–", "—")
    )
    found = hydrated(bare, curly)
    assert not found.same and found.counts() == {"exact": len(bare["anchors"]), "moved": 0, "ambiguous": 0, "lost": 0}
    body = attach(bare, found)
    assert body["claims"][0]["quote"] == "usul Anu itu ‘terlalu besar’"


def test_plain_marks_for_typographic_ones_keep_every_place(schema: Schema) -> None:
    curly = TEXT.replace('"Kami', "“Kami").replace('sekarang,"', "sekarang,”").replace("'terlalu besar'", "‘terlalu besar’")
    draft = {**DRAFT, "claims": [{**DRAFT["claims"][0], "quote": "usul Anu itu ‘terlalu besar’"}]}
    bare = without_quotes(resolve({**draft_of("2031-anu/01"), "article": RESTRICTED, **draft}, curly), curly)
    found = hydrate(RESTRICTED, bare["text_sha256"], bare["anchors"], TEXT)
    assert not found.same and found.counts()["exact"] == len(bare["anchors"])


def test_a_paragraph_that_is_evidence_is_found_between_other_gaps() -> None:
    text = TEXT.replace("\n\n", "\n")
    bare = without_quotes(resolve({**draft_of("2031-anu/01"), "article": RESTRICTED, **DRAFT}, text), text)
    found = hydrate(RESTRICTED, bare["text_sha256"], bare["anchors"], TEXT)
    across = [was for was, now, _ in found.placements if now is None]
    assert len(across) == 1 and "\n" in text[across[0].start : across[0].end]  # its words are others now


def test_an_html_page(gold: dict[str, Any], bare: dict[str, Any]) -> None:
    pytest.importorskip("trafilatura")
    page = HTML.format(title=HEAD, body="".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS))
    found = hydrated(bare, text_of_html(page.encode()))
    right_places(gold, found, found.text)
    below = [placement for placement in found.placements if placement.was.start > len(HEAD)]
    assert all(placement.now for placement in below) and "Hak cipta" not in found.text


def test_twice_the_same_words_with_the_same_surroundings_are_ambiguous() -> None:
    text = "Pada pagi hari ini Anu meminta rudal kepada Bena lagi.\n"
    found = hydrate("a/01", sha256(text), anchors(text, [Span(19, 22)], sha256(text)), text * 2)
    assert found.counts() == {"exact": 0, "moved": 0, "ambiguous": 1, "lost": 0}


def test_spans_of_two_places_never_share_one() -> None:
    text = "Menurut Anu kemarin. Menurut Anu kemarin dulu.\n"
    spans = [Span(8, 11), Span(29, 32)]
    found = hydrate("a/01", sha256(text), anchors(text, spans, sha256(text)), "Menurut Anu kemarin dulu, dan hanya itu.\n")
    places = [now for _, now, _ in found.placements if now]
    assert len(places) == len(set(places)) <= 1


def test_a_copy_with_control_characters_is_refused(bare: dict[str, Any]) -> None:
    with pytest.raises(PintaError, match="control character U\\+0007 at code point 3"):
        hydrated(bare, "abc\x07")


@given(seed=st.integers(0, 10_000))
def test_no_edit_of_the_copy_makes_a_span_stand_on_other_words(seed: int) -> None:
    chance = random.Random(seed)
    words = [chance.choice(["Anu", "Bena", "rudal", "minta", "kata", "dan", "di"]) for _ in range(40)]
    text = normalise(" ".join(words))
    at = [n for n, c in enumerate(text) if n == 0 or text[n - 1] == " "]
    spans = [Span(n, n + len(text[n:].split()[0])) for n in chance.sample(at, 12)]
    low, high = sorted(chance.sample(range(len(words)), 2))
    edit = chance.choice([words[:low] + words[high:], [*words[:low], "baru", *words[low:]], words[high:] + words[:low]])
    found = hydrate("a/01", sha256(text), anchors(text, spans, sha256(text)), " ".join(edit))
    assert [was for was, _, _ in found.placements] == sorted(set(spans))
    for was, now, state in found.placements:
        assert (now is None) == (state in ("ambiguous", "lost"))
        if now:
            assert found.text[now.start : now.end] == text[was.start : was.end]
            assert (state == "exact") == (now == was)
    places = [now for _, now, _ in found.placements if now]
    assert len(places) == len(set(places))


# Leaving out what has no place


@pytest.mark.parametrize("missing", range(len(PARAGRAPHS)))
def test_what_is_left_of_an_annotation_passes_the_checks(
    bare: dict[str, Any], schema: Schema, still: TinyCorpus, gold: dict[str, Any], missing: int
) -> None:
    assert checked(still, gold, TEXT) == []
    found = hydrated(bare, TEXT.replace(PARAGRAPHS[missing] + "\n", ""))
    body = attach(bare, found)
    assert [line for line in checked(still, body, found.text) if ": E-" in line] == []
    assert all(span["quote"] == found.text[span["start"] : span["end"]] for _, span in spans_of(body))


def test_a_unit_goes_with_what_it_needs(bare: dict[str, Any]) -> None:
    without_request = attach(bare, hydrated(bare, TEXT.replace(PARAGRAPHS[0] + "\n", "")))
    assert without_request["requests"] == [] and [stance["act"] for stance in without_request["stances"]] == ["oppose", "oppose", "oppose"]
    without_stances = attach(bare, hydrated(bare, TEXT.replace(PARAGRAPHS[3] + "\n", "")))
    assert [stance["id"] for stance in without_stances["stances"]] == ["s3"] and len(without_stances["requests"][0]["items"]) == 2
    assert {entity["name"] for entity in without_stances["entities"]} == {"Anu", "Bena", "Wira Laksa", "Sari Lumban"}


def test_a_quantity_without_a_place_is_left_out_of_its_item(bare: dict[str, Any], schema: Schema, still: TinyCorpus) -> None:
    found = hydrated(bare, TEXT.replace("1.500 butir", "seribu lebih butir"))
    body = attach(bare, found)
    items = body["requests"][0]["items"] if body["requests"] else []
    assert [item["quantity"] and item["quantity"]["value"] for item in items] in ([2, None], [])
    assert [line for line in checked(still, body, found.text) if ": E-" in line] == []


# The command, and the dataset that it writes


@pytest.fixture
def reader(corpus: TinyCorpus, tmp_path: Path) -> TinyCorpus:
    """The tiny corpus, whose restricted article is TEXT, and a published folder beside it."""
    edit = {"text_sha256": sha256(TEXT), "characters": len(TEXT)}
    corpus.edit(f"corpus/{RESTRICTED}.json", lambda body: body.update(edit))
    whole = resolve({**draft_of("2031-anu/01"), "article": RESTRICTED, **DRAFT}, TEXT)
    corpus.write(f"annotations/gold/{RESTRICTED}.json", without_quotes(whole, TEXT))
    build(corpus.corpus, tmp_path / "pinta")
    return corpus


def run(corpus: TinyCorpus, *arguments: object) -> int:
    return main(["--root", str(corpus.root), "hydrate", *map(str, arguments)])


@pytest.mark.parametrize("published", [True, False], ids=["published folder", "corpus"])
def test_a_local_dataset_with_the_features_of_articles(
    reader: TinyCorpus, tmp_path: Path, capsys: pytest.CaptureFixture[str], published: bool
) -> None:
    datasets = pytest.importorskip("datasets")
    (tmp_path / "copy.txt").write_bytes(TEXT.replace("\n", "\r\n").encode())
    where = tmp_path / "pinta" if published else reader.root
    assert run(reader, where, tmp_path / "copy.txt", "--out", tmp_path / "out") == 0
    assert "2031-anu/03: " in capsys.readouterr().out
    mine = datasets.load_dataset(str(tmp_path / "out"), split="train")
    published_ones = datasets.load_dataset(str(tmp_path / "pinta"), "articles", split="train")
    assert mine.features == published_ones.features and str(mine.version) == str(published_ones.version)
    (row,) = mine
    assert row["text"] == TEXT and row["id"] == RESTRICTED and row["requests"][0]["items"][0]["quote"] == "kapal patroli"


def test_nothing_is_written_while_a_span_has_no_place(reader: TinyCorpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "copy.txt").write_text(TEXT.replace(PARAGRAPHS[3] + "\n", ""), "utf-8")
    assert run(reader, tmp_path / "pinta", tmp_path / "copy.txt", "--out", tmp_path / "out") == 1
    shown = capsys.readouterr().out
    assert " lost\n" in shown and "Nothing was written" in shown and not (tmp_path / "out").exists()
    assert run(reader, tmp_path / "pinta", tmp_path / "copy.txt", "--out", tmp_path / "out", "--partial") == 1
    assert (tmp_path / "out/data/articles/train-00000-of-00001.parquet").is_file()


def test_the_report_as_json_tells_every_span(reader: TinyCorpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "copy.txt").write_text(f"Anu News\n\n{TEXT}", "utf-8")
    named = f"{RESTRICTED}={tmp_path / 'copy.txt'}"
    assert run(reader, tmp_path / "pinta", named, "--out", tmp_path / "out", "--format", "json") == 0
    (report,) = json.loads(capsys.readouterr().out)
    assert report["article"] == RESTRICTED and not report["same_hash"] and report["counts"]["moved"] == len(report["spans"])
    assert report["spans"][0] == {"was": [0, 3], "now": [10, 13], "state": "moved"}


def test_a_text_that_is_none_of_the_articles_is_refused(reader: TinyCorpus, tmp_path: Path) -> None:
    rows = read_standoff(tmp_path / "pinta", reader.corpus.schema).rows
    other = (TINY / "corpus/2033-fana/01.txt").read_text("utf-8")
    with pytest.raises(PintaError, match="No annotation fits the copy: of the nearest, 2031-anu/03, 0 of"):
        match(rows, None, other)
    with pytest.raises(PintaError, match="no stand-off annotation of 2031-anu/09"):
        match(rows, "2031-anu/09", other)
    with pytest.raises(PintaError, match="Two copies are of 2031-anu/03"):
        match_all(rows, [(None, TEXT), (RESTRICTED, TEXT)])


def test_what_holds_no_stand_off_annotation_is_refused(reader: TinyCorpus, tmp_path: Path) -> None:
    schema = reader.corpus.schema
    with pytest.raises(PintaError, match="neither a published folder nor a corpus"):
        read_standoff(tmp_path / "nowhere", schema)
    reader.edit(f"annotations/gold/{RESTRICTED}.json", lambda body: body["requests"][0].update(requester="e99"))
    with pytest.raises(FindingsError, match="E-REF-DANGLING"):
        read_standoff(reader.root, schema)
    reader.remove(f"annotations/gold/{RESTRICTED}.json")
    with pytest.raises(PintaError, match="holds no annotation of a text that is not included"):
        read_standoff(reader.root, schema)
