"""A person at a real browser: opens a task with suggestions, mends them with mouse and keys, submits. The pull has what was done."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from people import Project

from chromium import PROGRAM, QUIET
from pinta.cli import main
from pinta.label_studio.pull import pull
from tiny import REPOSITORY

sync_api = pytest.importorskip("playwright.sync_api")

ANU = "2031-anu/01"
SCREENSHOTS = REPOSITORY / "dist" / "screenshots"
Json = dict[str, Any]

WHERE = """
([words, nth]) => {
  const walker = document.createTreeWalker(document.querySelector('.lsf-htx-richtext'), NodeFilter.SHOW_TEXT);
  const nodes = []; let text = '';
  while (walker.nextNode()) { nodes.push([text.length, walker.currentNode]); text += walker.currentNode.data; }
  let at = -1;
  for (let i = 0; i <= nth; i++) at = text.indexOf(words, at + 1);
  const box = (offset) => {
    const [start, node] = nodes.filter(([start]) => start <= offset).pop(), range = document.createRange();
    range.setStart(node, offset - start); range.setEnd(node, offset - start + 1);
    return range.getBoundingClientRect();
  };
  const first = box(at), last = box(at + words.length - 1);
  return [first.left + 1, first.top + first.height / 2, last.right - 1, last.top + last.height / 2];
}
"""


class Person:
    """An annotator at the label stream of a project."""

    def __init__(self, page: Any, project: Project) -> None:
        self.page, self.project = page, project

    def log_in(self) -> None:
        known = self.project.connection
        self.page.goto(f"{known.url}/user/login/")
        self.page.fill("input[name=email]", known.email)
        self.page.fill("input[name=password]", known.password)
        self.page.click("button[type=submit]")
        self.page.wait_for_url(re.compile(r"/projects|/$"))

    def open(self) -> None:
        self.page.goto(f"{self.project.connection.url}/projects/{self.project.id}/data?labeling=1")
        self.page.wait_for_selector(".htx-highlight")
        self.page.wait_for_timeout(1000)

    def shoot(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(SCREENSHOTS / f"{name}.png"))

    def click(self, words: str, nth: int = 0) -> None:
        left, top, right, _ = self.page.evaluate(WHERE, [words, nth])
        self.page.mouse.click((left + right) / 2, top)
        self.page.wait_for_timeout(500)

    def drag(self, key: str, words: str, nth: int = 0) -> None:
        """Choose a label by its key and drag over some words."""
        self.page.keyboard.press(key)
        left, top, right, bottom = self.page.evaluate(WHERE, [words, nth])
        before = self.page.locator(".htx-highlight").count()
        self.page.mouse.move(left, top)
        self.page.mouse.down()
        self.page.mouse.move((left + right) / 2, bottom, steps=4)
        self.page.mouse.move(right, bottom, steps=4)
        self.page.mouse.up()
        self.page.wait_for_function(f"document.querySelectorAll('.htx-highlight').length > {before}")
        self.page.wait_for_timeout(500)

    def type(self, control: str, value: str) -> None:
        box = self.page.locator(f"input[name={control}]:visible")
        box.fill(value)
        box.press("Enter")

    def draw(self, source: str, nth: int, target: str, label: str) -> None:
        """Draw an arrow from the nth place of some words to another region, and label it in the Relations panel."""
        self.click(source, nth)
        self.page.keyboard.press("Alt+r")
        self.page.wait_for_timeout(300)
        self.click(target)
        self.page.locator(".lsf-panel-tabs__tab", has_text="Relations").first.click()
        arrow = self.page.locator(".lsf-relations__item").last
        arrow.scroll_into_view_if_needed()
        arrow.hover()
        arrow.locator(".lsf-relations__action").first.click()
        arrow.locator("[data-testid=select-trigger-]").click()
        self.page.locator("[data-slot=command-item]", has_text=re.compile(f"^{label}$")).click()
        self.page.keyboard.press("Escape")

    def submit(self) -> None:
        with self.page.expect_response(lambda answer: "/annotations" in answer.url and answer.request.method == "POST") as told:
            self.page.locator("[data-testid=bottombar-submit-button]").click()
        assert told.value.status == 201


@pytest.fixture
def page() -> Iterator[Any]:
    if not PROGRAM:
        pytest.skip("no Chromium is installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=QUIET)
        yield browser.new_page(viewport={"width": 1366, "height": 768})
        browser.close()


def without(document: Json) -> Json:
    """A document as suggestions might have it: a mention is missing, a supplier, and an act is wrong."""
    gone = next(mention["id"] for mention in document["mentions"] if mention["quote"] == "Teluk Dera")
    return {
        **document,
        "mentions": [mention for mention in document["mentions"] if mention["id"] != gone],
        "entities": [entity for entity in document["entities"] if gone not in entity["mentions"]],
        "requests": [{**request, "suppliers": []} for request in document["requests"]],
        "stances": [{**stance, "act": "oppose"} if stance["act"] == "accuse" else stance for stance in document["stances"]],
    }


def renumbered(document: Json) -> Json:
    """A document with its mentions numbered as they stand, entities by number, and without its annotator."""
    names = {mention["id"]: f"m{n}" for n, mention in enumerate(document["mentions"], 1)}
    mentions = [{**mention, "id": names[mention["id"]]} for mention in document["mentions"]]
    entities = [{**entity, "mentions": [names[id_] for id_ in entity["mentions"]]} for entity in document["entities"]]
    entities.sort(key=lambda entity: int(entity["id"][1:]))
    return {**document, "mentions": mentions, "entities": entities, "annotator": None}


def test_suggestions_mended_in_a_browser_come_back(page: Any, project: Project) -> None:
    wanted = project.tiny.read(f"annotations/passes/alih/{ANU}.json")
    project.tiny.write(f"annotations/passes/rules/{ANU}.json", without(wanted))
    project.push(suggestions="passes/rules")
    shutil.rmtree(project.tiny.root / "annotations" / "passes" / "rules")
    entity = next(entity for entity in wanted["entities"] if entity["name"] == "Teluk Dera")
    person = Person(page, project)
    person.log_in()
    person.open()
    person.shoot("suggestions")
    person.drag("0", "Teluk Dera")
    person.click("Teluk Dera")
    person.type("mention_entity", entity["id"])
    person.type("mention_name", entity["name"])
    person.shoot("mention")
    person.click("menuduh")
    page.keyboard.press("d")
    page.wait_for_timeout(300)
    person.shoot("stance")
    page.keyboard.press("Escape")
    person.draw("meminta", 1, "Kerajaan Bena", "supplier")
    person.shoot("label-stream")
    person.submit()
    made = pull(project.corpus, project.connection, title=project.title)
    assert made.findings == []
    document = project.tiny.read(f"annotations/passes/annotator/{ANU}.json")
    assert renumbered(document) == renumbered(wanted)
    assert document["annotator"]["kind"] == "human"
    assert main(["--root", str(project.tiny.root), "check"]) == 0


def test_a_screenshot_for_the_readme(page: Any, project: Project) -> None:
    """The label stream with a request selected, as the README shows it; it fits a small laptop."""
    project.push()
    person = Person(page, project)
    person.log_in()
    person.open()
    person.click("meminta", 1)
    person.shoot("readme")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    fields = page.locator(".side .ant-select:visible, .side [data-testid^=select-trigger]:visible, .side input:visible")
    assert fields.count() >= 3
    assert Path(SCREENSHOTS / "readme.png").stat().st_size < 300_000
