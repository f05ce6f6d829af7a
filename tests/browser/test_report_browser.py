"""The page of a build in a real browser: what a reader sees, and that nothing else happens."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chromium import PROGRAM, QUIET
from pinta.checks.offsets import spans_of
from pinta.corpus.layout import Corpus
from pinta.files import write_whole
from pinta.release.build import build
from pinta.report.page import pieces
from pinta.report.source import Build
from report_samples import HOSTILE, Many, built, make_flags, make_hostile
from tiny import REPOSITORY, RESTRICTED, TinyCorpus

pytest.importorskip("matplotlib")
playwright = pytest.importorskip("playwright.sync_api")
if not PROGRAM:
    pytest.skip("there is no Chromium", allow_module_level=True)
FLAGS = "2031-anu/05"

WORDS_OF_SPANS = """() => {
  const words = {};
  for (const node of document.querySelectorAll("#text .u")) {
    const key = `${node.dataset.span} ${node.dataset.units}`;
    (words[key] ??= []).push([Number(node.dataset.part), node.textContent]);
  }
  return words;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=PROGRAM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def root(_made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny corpus with an article full of emoji and one full of markup."""
    folder = tmp_path_factory.mktemp("browser") / "tiny"
    shutil.copytree(_made, folder)
    make_flags(TinyCorpus(folder))
    make_hostile(TinyCorpus(folder))
    return folder


@pytest.fixture(scope="module")
def report(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    tiny = TinyCorpus(root)
    made = built(tiny, tmp_path_factory.mktemp("built") / "pinta")
    return write_page(made, tiny.corpus, root / "report.html")


def write_page(made: Build, corpus: Corpus, path: Path) -> Path:
    write_whole(path, pieces(made, corpus.schema))
    return path


class Tab:
    """A page and everything it complained of or asked the network for."""

    def __init__(self, browser: Any, path: Path, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.path, self.complaints, self.requests = path, [], []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.open("")

    def open(self, address: str) -> None:
        self.page.goto(f"{self.path.as_uri()}{address}")

    def until(self, condition: str) -> None:
        """Wait for a condition. Playwright's own waiting evaluates strings inside the page, which the page's policy forbids."""
        for _ in range(500):
            if self.page.evaluate(condition):
                return
            self.page.wait_for_timeout(20)
        raise AssertionError(f"never came true: {condition}")

    def listed(self) -> list[str]:
        """Ids of the articles in the list."""
        found: list[str] = self.page.eval_on_selector_all("#list li", "rows => rows.map(row => row.dataset.id)")
        return found

    def close(self) -> None:
        """End; nobody complained, nothing was fetched, nothing hostile ran."""
        assert self.page.evaluate("window.broken") is None
        self.context.close()
        assert self.complaints == []
        own = {self.path.as_uri(), "data:,"}
        assert {url.partition("#")[0] for url in self.requests} <= own


@pytest.fixture
def tab(browser: Any, report: Path) -> Iterator[Tab]:
    opened = Tab(browser, report, viewport={"width": 1360, "height": 900})
    yield opened
    opened.close()


def test_the_overview_counts_the_build(tab: Tab, root: Path) -> None:
    corpus = TinyCorpus(root)
    gold = [corpus.read(f"annotations/gold/{article}.json") for article in corpus.corpus.articles()]
    numbers = tab.page.eval_on_selector_all(
        "#numbers div", "rows => Object.fromEntries(rows.map(r => [r.children[0].textContent, r.children[1].textContent]))"
    )
    assert numbers["articles"] == str(len(gold))
    assert numbers["requests"] == str(sum(len(body["requests"]) for body in gold))
    assert numbers["stances"] == str(sum(len(body["stances"]) for body in gold))
    assert tab.page.locator("#flow svg .band").count() > 0
    assert tab.page.locator("svg.figure text").count() > 0


def wanted_words(gold: dict[str, Any]) -> set[str]:
    return {span["quote"] for _, span in spans_of(gold) if span["quote"]}


def check_highlights(tab: Tab, article: str, gold: dict[str, Any], text: str) -> None:
    """Every gold span is highlighted with exactly its quote, and the text as a whole is the text."""
    tab.open(f"#{article}")
    tab.page.wait_for_selector(f'#paper .meta a[href="#{article}"]')
    assert tab.page.evaluate("document.getElementById('text').textContent") == text
    shown: dict[str, list[str]] = {}
    for key, parts in tab.page.evaluate(WORDS_OF_SPANS).items():
        layer, _, units = key.partition(" ")
        for words in joined(parts):
            for unit in units.split():
                shown.setdefault(f"{layer} {unit}", []).append(words)
    for layer, unit, quote in expected(gold):
        assert quote in shown.get(f"{layer} {unit}", []), f"{article}: {layer} {unit} {quote!r}"
    assert {words for group in shown.values() for words in group} == wanted_words(gold)


def joined(parts: list[list[Any]]) -> list[str]:
    """Parts of spans, in the order of the text, as whole spans: a part 0 begins one."""
    whole: list[str] = []
    for part, words in parts:
        if part == 0:
            whole.append(words)
        else:
            whole[-1] += words
    return whole


def expected(gold: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Layer, unit and words of every span of an annotation."""
    for pointer, span in spans_of(gold):
        unit = gold[pointer[0]][pointer[1]]
        layer = {"mentions": "mention", "claims": "claim", "stances": "stance", "requests": "request"}[str(pointer[0])]
        names = {"evidence": "evidence", "date": "date", "quantity": "quantity", "specifications": "specification", "items": "item"}
        inner = [names[step] for step in pointer[2:] if step in names]
        yield (inner[-1] if inner else layer), unit["id"], span["quote"]


def test_highlights_are_the_gold_spans_also_after_emoji_and_where_spans_cross(tab: Tab, root: Path) -> None:
    corpus = TinyCorpus(root)
    for article in corpus.corpus.articles():
        if article != RESTRICTED:
            check_highlights(tab, article, corpus.read(f"annotations/gold/{article}.json"), corpus.text(article))
    assert tab.page.locator("#text").count() == 1


def test_highlights_are_the_gold_spans_in_every_article_of_the_corpus(browser: Any, tmp_path: Path) -> None:
    corpus = Corpus(REPOSITORY)
    gold = (
        {path: json.loads(path.read_bytes()) for path in sorted(corpus.gold_folder.rglob("*.json"))} if corpus.gold_folder.is_dir() else {}
    )
    if not gold:
        pytest.skip("the corpus has no gold")
    made = Build(build(corpus, tmp_path / "pinta").folder)
    opened = Tab(browser, write_page(made, corpus, tmp_path / "report.html"), viewport={"width": 1360, "height": 900})
    for body in gold.values():
        if corpus.text_path(body["article"]).exists():
            check_highlights(opened, body["article"], body, corpus.text_path(body["article"]).read_text("utf-8"))
    opened.close()


def test_markup_in_texts_titles_names_and_labels_is_shown_as_words(tab: Tab) -> None:
    tab.open("#2031-anu/04")
    assert tab.page.text_content("#paper .headline") == f"Judul {HOSTILE} \u2028"
    assert HOSTILE in tab.page.evaluate("document.getElementById('text').textContent")
    assert HOSTILE in tab.page.evaluate("document.getElementById('panel').textContent")
    assert tab.page.locator("main img, main script, main iframe").count() == 0
    tab.page.fill("#query", "menulis: <img")
    tab.until("document.querySelectorAll('#list li').length === 1")
    assert tab.page.evaluate("window.broken") is None


def test_the_policy_stops_what_is_put_into_the_page_as_markup(browser: Any, report: Path) -> None:
    opened = Tab(browser, report)
    with pytest.raises(playwright.Error, match="TrustedHTML"):
        opened.page.evaluate("document.body.innerHTML = '<img src=x>'")
    for attempt in (
        "setAttribute('onclick', 'window.broken = 1')",
        "appendChild(document.createElement('script')).text = 'window.broken = 1'",
    ):
        opened.page.evaluate(f"() => {{ try {{ document.body.{attempt} }} catch {{ }} }}")
    opened.page.evaluate("document.body.click()")
    assert opened.page.evaluate("window.broken") is None
    assert opened.complaints
    opened.context.close()


def test_filters_leave_the_articles_that_have_it(tab: Tab, root: Path) -> None:
    corpus = TinyCorpus(root)
    gold = {article: corpus.read(f"annotations/gold/{article}.json") for article in corpus.corpus.articles()}
    splits = {article: corpus.read(f"corpus/{article.split('/')[0]}/event.json")["split"] for article in gold}
    tab.open("#reader")

    def left(name: str, value: str) -> list[str]:
        tab.page.select_option(f'select[name="{name}"]', value)
        tab.page.wait_for_selector(".chip")
        found = tab.listed()
        tab.page.click(".chip.all")
        tab.page.wait_for_selector(".chip", state="detached")
        return found

    tab.page.click("#more summary")
    assert left("split", "test") == [article for article, split in splits.items() if split == "test"]
    assert left("event", "2031-anu") == [article for article in gold if article.startswith("2031-anu/")]
    for category in {item["category"] for body in gold.values() for request in body["requests"] for item in request["items"]}:
        has = [a for a, body in gold.items() if any(i["category"] == category for r in body["requests"] for i in r["items"])]
        assert left("category", category) == has
    for act in {stance["act"] for body in gold.values() for stance in body["stances"]}:
        assert left("act", act) == [a for a, body in gold.items() if any(stance["act"] == act for stance in body["stances"])]
    assert len(tab.listed()) == len(gold)


def test_a_party_filter_finds_its_articles_in_any_role(tab: Tab) -> None:
    tab.open("#reader")
    value = tab.page.evaluate("String(index.parties.findIndex(party => party.name === 'Dalu'))")
    tab.page.select_option('select[name="party"]', value)
    tab.page.wait_for_selector(".chip")
    assert FLAGS in tab.listed()
    assert "2031-anu/04" not in tab.listed()


def test_a_cell_of_the_matrix_opens_the_requests_of_that_pair(tab: Tab) -> None:
    cell = tab.page.locator("#matrix .cell").first
    count = int(cell.inner_text())
    cell.click()
    tab.page.wait_for_selector("#reader:not([hidden]) .chip")
    assert tab.page.locator(".chip:not(.all)").count() == 2
    assert f"{count} requests" in tab.page.inner_text("#count")


def test_search_looks_into_titles_and_texts(tab: Tab, root: Path) -> None:
    corpus = TinyCorpus(root)
    tab.open("#reader")
    tab.page.fill("#query", "HELIKOPTER surat")
    tab.page.wait_for_selector(".snippet")
    texts = {a: corpus.read(f"corpus/{a}.json")["title"] + (corpus.text(a) if a != RESTRICTED else "") for a in corpus.corpus.articles()}
    assert tab.listed() == [a for a, text in texts.items() if "helikopter" in text.lower() and "surat" in text.lower()]


def test_an_article_and_a_request_have_addresses(tab: Tab) -> None:
    tab.open(f"#{FLAGS}/r1")
    assert tab.page.locator('.card.on[data-unit="r1"]').count() == 1
    assert tab.page.inner_text("#text .request.on") == "meminta"
    assert tab.page.get_attribute("#text .mention.on", "data-role") == "asks"
    tab.page.click("#text .stance")
    tab.page.wait_for_selector('.card.on[data-unit="s1"]')
    assert tab.page.evaluate("location.hash") == f"#{FLAGS}/s1"
    tab.open("#2031-anu/99")
    assert "no article 2031-anu/99" in tab.page.inner_text("#paper")


def test_the_keyboard_goes_through_articles_requests_and_search(tab: Tab) -> None:
    tab.open("#reader")
    order = tab.listed()
    tab.page.keyboard.press("j")
    tab.until("location.hash !== '#reader'")
    seen = [tab.page.evaluate("location.hash.slice(1)")]
    for _ in range(2):
        tab.page.keyboard.press("j")
        tab.until(f"location.hash !== '#{seen[-1]}'")
        seen.append(tab.page.evaluate("location.hash.slice(1)"))
    assert seen == order[1:4]
    tab.page.keyboard.press("k")
    tab.until(f"location.hash === '#{order[2]}'")
    tab.page.keyboard.press("/")
    tab.until("document.activeElement.id === 'query'")
    tab.page.keyboard.type("jk")
    assert tab.page.input_value("#query") == "jk"
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("Escape")
    tab.until("location.hash === '#reader'")


def test_layers_can_be_switched_off_and_are_told_apart_without_colour(tab: Tab) -> None:
    tab.open(f"#{FLAGS}")
    tags = tab.page.evaluate(
        """[...document.querySelectorAll('#text .u[data-part="0"]:not(.evidence)')].map(n => getComputedStyle(n, '::after').content)"""
    )
    assert tags
    assert all(tag not in ("none", "normal", '""') for tag in tags)
    background = "getComputedStyle(document.querySelector('#text .mention')).backgroundColor"
    before = tab.page.evaluate(background)
    tab.page.uncheck(".layers label:first-child input")
    assert tab.page.evaluate(background) != before


def test_a_text_that_is_not_included_says_so_and_shows_its_annotation(tab: Tab) -> None:
    tab.open(f"#{RESTRICTED}")
    assert "may not be redistributed" in tab.page.inner_text("#text")
    assert tab.page.locator("#panel .card").count() > 0


def brightness(tab: Tab) -> float:
    """Of the background, between 0 and 255."""
    rgb: list[float] = tab.page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).slice(0, 3).map(Number)")
    return sum(rgb) / 3


def test_the_theme_follows_the_system_until_it_is_chosen(browser: Any, report: Path) -> None:
    opened = Tab(browser, report, color_scheme="dark")
    assert brightness(opened) < 60
    opened.page.click("#theme")
    assert brightness(opened) > 200
    opened.page.reload()
    assert brightness(opened) > 200
    opened.page.click("#theme")
    assert brightness(opened) < 60
    opened.close()


@pytest.mark.parametrize("address", ["#overview", "#reader", f"#{FLAGS}/r1"])
def test_a_phone_shows_it_without_sideways_scrolling(browser: Any, report: Path, address: str) -> None:
    opened = Tab(browser, report, viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    opened.open(address)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 360
    assert opened.page.locator("#paper").is_visible() == (address.count("/") > 0)
    opened.close()


CONTRAST = """() => {
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => { paint.clearRect(0, 0, 1, 1); paint.fillStyle = color; paint.fillRect(0, 0, 1, 1); return [...paint.getImageData(0, 0, 1, 1).data]; };
  const over = (top, below) => below.map((v, n) => (n < 3 ? (top[n] * top[3] + v * (255 - top[3])) / 255 : 255));
  const ground = (node) => node ? over(rgba(getComputedStyle(node).backgroundColor), ground(node.parentElement)) : [255, 255, 255, 255];
  const light = (c) => c.slice(0, 3).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((s, v, n) => s + v * [0.2126, 0.7152, 0.0722][n], 0);
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || node.closest("script, style, svg, .unseen, option, [hidden]") || !node.checkVisibility()) continue;
    const below = ground(node);
    const [a, b] = [light(over(rgba(getComputedStyle(node).color), below)), light(below)].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(`${node.className} ${node.tagName} ${walker.currentNode.data.slice(0, 30)} ${((a + 0.05) / (b + 0.05)).toFixed(2)}`);
  }
  return [...new Set(poor)];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["#overview", f"#{FLAGS}", f"#{FLAGS}/r1"])
def test_words_stand_out_from_what_is_behind_them(browser: Any, report: Path, scheme: str, address: str) -> None:
    opened = Tab(browser, report, color_scheme=scheme, viewport={"width": 1360, "height": 900})
    opened.open(address)
    assert opened.page.evaluate(CONTRAST) == []
    opened.close()


def test_every_control_has_a_name_and_the_page_its_landmarks(tab: Tab) -> None:
    tab.open(f"#{FLAGS}")
    nameless = """[...document.querySelectorAll("button, a, input, select, summary")].filter(node => node.checkVisibility()
      && !(node.getAttribute("aria-label") || node.textContent.trim() || node.labels?.[0]?.textContent.trim()))
      .map(node => node.outerHTML)"""
    assert tab.page.evaluate(nameless) == []
    for landmark in ("banner", "navigation", "main", "search", "complementary"):
        assert tab.page.get_by_role(landmark).count() >= 1
    assert tab.page.evaluate(
        "new Set([...document.querySelectorAll('[id]')].map(n => n.id)).size === document.querySelectorAll('[id]').length"
    )


def test_five_thousand_articles_can_be_listed_searched_and_read(browser: Any, root: Path, tmp_path: Path) -> None:
    tiny = TinyCorpus(root)
    small = built(tiny, tmp_path / "pinta")
    opened = Tab(
        browser, write_page(Many(small.folder, 5000), tiny.corpus, tmp_path / "many.html"), viewport={"width": 1360, "height": 900}
    )
    opened.open("#reader")
    opened.page.wait_for_selector("#list li")
    assert len(opened.listed()) <= 120
    assert opened.page.evaluate("chunks.size") <= 1
    assert "5,000 of 5,000" in opened.page.inner_text("#count")
    opened.page.fill("#query", "helikopter 4998")
    opened.until("document.querySelectorAll('#list li').length < 3")
    opened.open("#event-2499/02")
    opened.page.wait_for_selector("#paper .headline")
    assert "4999" in opened.page.inner_text("#paper .headline")
    opened.close()
