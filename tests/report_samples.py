"""Builds for tests of the report: the tiny corpus, the same with texts that try to break out, and one of any size."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from pinta.release.build import build
from pinta.report.source import Build
from tiny import TinyCorpus

HOSTILE = """</script><script>window.broken = "text"</script><img src=x onerror="window.broken = 'image'"><!-- <script> & &lt; ]]>"""
"""A text that ends scripts, opens comments and runs handlers wherever it is taken for markup."""
FLAGS = "🇮🇩👩🏽‍✈️ Anu 🇲🇾 meminta 12 rudal 🚀 jarak jauh kepada Bena ✈️.\n\nDalu 👍🏿 menuduh Anu.\n"
"""Characters of several code points and several UTF-16 units before, between and behind every span."""


def make_hostile(tiny: TinyCorpus) -> None:
    """Markup in the text, the title, the event, a name and the title of a label."""
    place = {"id": "e1", "type": "state", "name": f"Anu {HOSTILE}", "mentions": ["Anu|all"]}
    tiny.add("2031-anu/04", f"Anu menulis: {HOSTILE} kepada Bena.", entities=[place])
    tiny.edit("corpus/2031-anu/04.json", lambda body: body.update(title=f"Judul {HOSTILE} \u2028"))
    tiny.edit("corpus/2031-anu/event.json", lambda body: body.update(title=f"Event {HOSTILE}"))
    tiny.edit("schema/labels/entity_type.json", lambda body: body["oneOf"][1].update(title=f"State {HOSTILE}", description=HOSTILE))


def make_flags(tiny: TinyCorpus) -> None:
    """Spans after emoji, nested ones, and evidence that crosses a claim."""
    names = [
        {"id": "e1", "type": "state", "name": "Anu", "mentions": ["Anu|all"]},
        {"id": "e2", "type": "state", "name": "Bena", "mentions": ["Bena"]},
        {"id": "e3", "type": "state", "name": "Dalu", "mentions": ["Dalu"]},
    ]
    item = {
        "quote": "rudal 🚀",
        "kind": "supply",
        "category": "missile_unspecified",
        "quantity": {"quote": "12", "value": 12},
        "specifications": [{"quote": "jarak jauh", "attribute": "range"}],
    }
    slots = {"channel": "unspecified", "purpose": "unspecified", "realis": "asserted", "status": "not_stated"}
    evidence = {"evidence": ["meminta 12 rudal 🚀 jarak jauh kepada Bena ✈️"]}
    asks = {"id": "r1", "requester": "e1", "supplier": "e2", "cue": "meminta", **slots, **evidence, "items": [item]}
    claim = {"id": "c1", "quote": "rudal 🚀 jarak jauh kepada Bena ✈️.\n\nDalu 👍🏿", "author": "e1", "kind": "assertion"}
    accuses = {"id": "s1", "holder": "e3", "target": "e1", "act": "accuse", "cue": "menuduh"}
    tiny.add("2031-anu/05", FLAGS, entities=names, requests=[asks], claims=[claim], stances=[accuses])


def built(tiny: TinyCorpus, out: Path) -> Build:
    """What `pinta build` writes of a corpus."""
    return Build(build(tiny.corpus, out).folder)


class Many(Build):
    """A build of thousands of articles that are never on disk; counts how many were read."""

    def __init__(self, folder: Path, size: int) -> None:
        super().__init__(folder)
        object.__setattr__(self, "size", size)
        object.__setattr__(self, "read", [])

    size: int
    read: list[str]

    @cached_property
    def _models(self) -> list[dict[str, Any]]:
        return list(super().articles())

    def articles(self) -> Iterator[dict[str, Any]]:
        for n in range(self.size):
            model = self._models[n % len(self._models)]
            event = f"event-{n // 2:04}"
            name = {"id": f"{event}/{n % 2 + 1:02}", "event": event, "event_title": f"Event {n // 2}", "title": f"{model['title']} {n}"}
            self.read.append(name["id"])
            yield {**model, **name}
