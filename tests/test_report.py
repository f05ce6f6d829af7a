"""The page of a build: what stands in it, that data stays data, and that a large corpus passes through in chunks."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinta.cli import main
from pinta.diagnostics import PintaError
from pinta.report.articles import payload
from pinta.report.index import Index
from pinta.report.labels import short_tags
from pinta.report.page import CHUNK, json_text, pieces
from pinta.report.source import Build
from report_samples import HOSTILE, Many, built, make_hostile
from tiny import RESTRICTED, TinyCorpus

pytest.importorskip("matplotlib")


class Page(HTMLParser):
    """A page as a browser reads it: its elements, and the text of its scripts and styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[dict[str, str | None], str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.raw.append((dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            attributes, text = self.raw[-1]
            self.raw[-1] = (attributes, text + data)

    def blocks(self) -> dict[str, Any]:
        """The JSON blocks by id."""
        return {str(a["id"]): json.loads(text) for a, text in self.raw if a.get("type") == "application/json"}


@pytest.fixture(scope="module")
def small(still: TinyCorpus, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The build of the tiny corpus."""
    return built(still, tmp_path_factory.mktemp("report") / "pinta")


def html_of(build: Build, tiny: TinyCorpus) -> str:
    return b"".join(pieces(build, tiny.corpus.schema)).decode("utf-8")


@pytest.fixture(scope="module")
def page(small: Build, still: TinyCorpus) -> Page:
    return Page(html_of(small, still))


def articles_in(page: Page) -> dict[str, Any]:
    return {id_: body for name, block in page.blocks().items() if name.startswith("chunk-") for id_, body in block.items()}


def without_quotes(value: Any) -> Any:
    if isinstance(value, list):
        return [without_quotes(inner) for inner in value]
    return {k: without_quotes(v) for k, v in value.items() if k != "quote"} if isinstance(value, dict) else value


def test_every_article_is_in_the_page_with_its_text_and_whole_gold_annotation(page: Page, still: TinyCorpus) -> None:
    found = articles_in(page)
    assert sorted(found) == sorted(still.corpus.articles())
    for article in still.corpus.articles():
        gold = still.read(f"annotations/gold/{article}.json")
        for layer in ("mentions", "entities", "claims", "stances", "requests"):
            assert found[article][layer] == without_quotes(gold[layer])
        assert found[article]["text"] == (None if article == RESTRICTED else still.text(article))


def test_the_index_has_a_permanent_address_for_every_article_and_request(page: Page, still: TinyCorpus) -> None:
    rows = page.blocks()["index"]["articles"]
    addresses = {f"{row['id']}/{request['id']}" for row in rows for request in row["requests"]}
    gold = {article: still.read(f"annotations/gold/{article}.json") for article in still.corpus.articles()}
    assert [row["id"] for row in rows] == sorted(gold)
    assert addresses == {f"{article}/{request['id']}" for article, body in gold.items() for request in body["requests"]}
    blocks = page.blocks()
    assert all(row["id"] in blocks[f"chunk-{row['chunk']}"] for row in rows)


def test_the_splits_and_genres_of_the_index_are_those_of_the_corpus(page: Page, still: TinyCorpus) -> None:
    for row in page.blocks()["index"]["articles"]:
        assert row["split"] == still.read(f"corpus/{row['event']}/event.json")["split"]
        assert row["genre"] == still.read(f"corpus/{row['id']}.json")["genre"]


def test_one_party_is_one_party_in_all_articles_and_goes_by_its_commonest_name() -> None:
    def row(name: str, id_: str) -> dict[str, Any]:
        entity = {"id": "e1", "type": "state", "name": name, "iso3": "CHN", "wikidata": None}
        other = {"id": "e2", "type": "person", "name": "Sari", "iso3": None, "wikidata": None}
        stance = {"id": "s1", "holder": "e1", "target": "e2", "act": "support", "negated": False}
        head = {"event": "x", "event_title": "X", "event_date": "2031", "title": "T", "genre": "brief", "split": "train", "language": "id"}
        layers: dict[str, Any] = {"entities": [entity, other], "claims": [], "stances": [stance], "requests": []}
        return {"id": id_, **head, **layers, "annotator": {"kind": "human"}}

    index = Index()
    for n, name in enumerate(["Tiongkok", "China", "Tiongkok"]):
        index.add(row(name, f"x/0{n}"), 0)
    found = index.as_json()
    assert [party["name"] for party in found["parties"]] == ["Tiongkok", "Sari"]
    assert {article["stances"][0]["from"] for article in found["articles"]} == {0}


def test_a_stance_towards_a_claim_or_a_request_counts_towards_whose_it_is() -> None:
    people = [{"id": f"e{n}", "type": "person", "name": f"P{n}", "iso3": None, "wikidata": None} for n in (1, 2, 3)]
    stances = [
        {"id": f"s{n}", "holder": "e1", "target": target, "act": "deny", "negated": False} for n, target in enumerate(["c1", "c2", "r1"])
    ]
    slots = {"status": "refused", "channel": "letter", "purpose": "modernise", "realis": "denied"}
    request = {"id": "r1", "requester": "e3", "suppliers": [], **slots, "items": [{"kind": "supply", "category": "artillery"}]}
    head = {
        "id": "x/01",
        "event": "x",
        "event_title": "X",
        "event_date": "2031",
        "title": "T",
        "genre": "brief",
        "split": "train",
        "language": "id",
    }
    index = Index()
    claims = [{"id": "c1", "author": "e2"}, {"id": "c2", "author": None}]
    index.add({**head, "entities": people, "claims": claims, "stances": stances, "requests": [request], "annotator": {"kind": "human"}}, 0)
    assert [stance["to"] for stance in index.as_json()["articles"][0]["stances"]] == [1, None, 2]


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
)
def test_json_in_a_script_says_what_it_said_and_holds_no_markup(value: Any) -> None:
    text = json_text(value)
    assert json.loads(text) == value
    assert not set("<>&\u2028\u2029") & set(text)


def test_markup_in_texts_titles_names_and_labels_adds_no_element(corpus: TinyCorpus, tmp_path: Path, page: Page) -> None:
    make_hostile(corpus)
    hostile = Page(html_of(built(corpus, tmp_path / "pinta"), corpus))
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in page.elements]
    assert HOSTILE in articles_in(hostile)["2031-anu/04"]["text"]
    index = hostile.blocks()["index"]
    assert HOSTILE in index["labels"]["entity_type"]["labels"]["state"]["title"]
    assert any(HOSTILE in row["title"] for row in index["articles"])
    assert not any(name.startswith("on") for _, attributes in hostile.elements for name in attributes)


def test_markup_and_mathematics_in_measures_stay_words_in_the_figures(corpus: TinyCorpus, tmp_path: Path) -> None:
    measure = {"title": f"{HOSTILE} $x^2$", "value": 0.8, "low": 0.7, "high": 0.9, "n": 3, "aim": 0.75}
    report = {"articles": 3, "measures": {"m": measure}}
    build = built(corpus, tmp_path / "pinta")
    statistics = json.loads((build.folder / "statistics.json").read_bytes())
    told = {**statistics, "agreement": {"passes": ["a", "b"], "plot": None, "all": report}}
    (build.folder / "statistics.json").write_text(json.dumps(told), "utf-8")
    score = {"articles": 3, "measures": {"m": {"title": measure["title"], **dict.fromkeys(("p", "r", "f1"), measure)}}}
    (build.folder / "baselines.json").write_text(json.dumps({HOSTILE: score, "other": score}), "utf-8")
    found = Page(html_of(build, corpus))
    assert [tag for tag, _ in found.elements].count("svg") == 3
    assert [tag for tag, _ in found.elements].count("script") == len(found.blocks()) + 1
    assert "img" not in [tag for tag, _ in found.elements]
    assert found.blocks()["index"]["agreement"]["all"]["measures"] == [measure]
    assert list(found.blocks()["index"]["baselines"]) == [HOSTILE, "other"]


def test_the_policy_allows_the_one_script_and_the_one_style_and_nothing_else(page: Page) -> None:
    policy = next(str(attributes["content"]) for tag, attributes in page.elements if attributes.get("http-equiv"))
    code = [text for attributes, text in page.raw if attributes.get("type") != "application/json"]
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in code]
    assert len(code) == 2
    assert all(hash_ in policy for hash_ in hashes)
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_nothing_in_the_page_is_fetched_and_no_style_hides_in_an_attribute(page: Page) -> None:
    links = [value for _, attributes in page.elements for name, value in attributes.items() if name in ("src", "href", "xlink:href")]
    assert all(value is None or value.startswith(("#", "data:,")) for value in links)
    assert not any("style" in attributes for _, attributes in page.elements)
    assert not re.search(r"@import|url\(\s*[\"']?https?:", " ".join(text for _, text in page.raw))


def test_the_same_build_gives_the_same_page(small: Build, still: TinyCorpus) -> None:
    assert html_of(small, still) == html_of(Build(small.folder), still)


def test_five_thousand_articles_pass_through_a_chunk_at_a_time(small: Build, still: TinyCorpus) -> None:
    many = Many(small.folder, 5000)
    written = pieces(many, still.corpus.schema)
    first = next(piece for piece in written if b'id="chunk-0"' in piece)
    assert len(many.read) == CHUNK
    next(written)
    assert len(many.read) == 2 * CHUNK
    blocks = [first, *islice((piece for piece in written if b'id="chunk-' in piece), 5000)]
    assert len(many.read) == 5000
    assert len(blocks) == -(-5000 // CHUNK) - 1
    assert max(map(len, blocks)) < 400_000


def test_a_build_without_articles_makes_a_page(corpus: TinyCorpus, tmp_path: Path) -> None:
    corpus.remove("annotations/gold")
    build = built(corpus, tmp_path / "pinta")
    found = Page(html_of(build, corpus))
    assert found.blocks()["index"]["articles"] == []


def test_a_folder_that_is_no_build_is_refused(tmp_path: Path, still: TinyCorpus) -> None:
    with pytest.raises(PintaError, match=r"no built dataset.*pinta build"):
        html_of(Build(tmp_path), still)


@pytest.mark.parametrize("content", ["{", "[]"])
def test_baselines_that_are_no_json_object_are_refused_by_name(corpus: TinyCorpus, tmp_path: Path, content: str) -> None:
    build = built(corpus, tmp_path / "pinta")
    (build.folder / "baselines.json").write_text(content, "utf-8")
    with pytest.raises(PintaError, match=r"baselines\.json"):
        html_of(build, corpus)


def test_the_command_writes_the_page_whole_or_leaves_the_old_one(
    small: Build, still: TinyCorpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report.html"
    assert main(["--root", str(still.root), "report", str(small.folder), "--out", str(out)]) == 0
    page = out.read_bytes()
    assert page.startswith(b"<!doctype html>")
    assert page.endswith(b"</html>\n")
    assert main(["--root", str(still.root), "report", str(tmp_path), "--out", str(out)]) == 1
    assert "no built dataset" in capsys.readouterr().err
    assert out.read_bytes() == page
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


@given(st.lists(st.text("ab ,", min_size=1).filter(lambda title: title.replace(",", " ").strip()), max_size=12))
def test_every_label_has_a_tag_of_its_own(titles: list[str]) -> None:
    tags = short_tags(titles)
    assert len(set(tags)) == len(titles)


def test_the_payload_of_a_text_that_is_not_included_quotes_nothing(still: TinyCorpus) -> None:
    gold = still.read(f"annotations/gold/{RESTRICTED}.json")
    body = payload({**gold, "text": None, "licence": "x", "origin": "third_party"})
    assert body["text"] is None
    assert '"quote"' not in json.dumps(body)
