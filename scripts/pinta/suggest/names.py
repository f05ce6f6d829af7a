"""Names in a text: a gazetteer of forms, titles before persons, short forms in brackets."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..schema.labels import Schema
from ..spans import Span, overlaps

Json = dict[str, Any]
LEARNED = "learned.json"
_BRACKETED = re.compile(r"\s?\(([A-Z][A-Za-z-]{1,8})\)")
_CAPITALISED = r"[A-ZÀ-Þ][\w'’.-]*(?:\s+(?:(?:al|bin|van|von|de|el|la|le|da|dos)[\s-]+)?[A-ZÀ-Þ][\w'’-]*){0,3}"


@dataclass(frozen=True)
class Names:
    """A gazetteer: entries with a name, a type and forms; `forms` finds its way from a form to entries."""

    entries: tuple[Json, ...]
    forms: dict[str, list[tuple[int, bool]]]

    @classmethod
    def of(cls, entries: Iterable[Json]) -> Names:
        """Index entries by form; the flag says whether the form is a metonym there."""
        kept = tuple(entries)
        forms: defaultdict[str, list[tuple[int, bool]]] = defaultdict(list)
        for n, entry in enumerate(kept):
            for form in entry["forms"]:
                forms[form].append((n, False))
            for form in entry.get("metonyms", ()):
                forms[form].append((n, True))
        return cls(kept, dict(forms))

    @classmethod
    def load(cls, schema: Schema) -> Names:
        """The word lists of a schema folder, hand-made ones first."""
        learned = schema.lexicon.get(LEARNED.removesuffix(".json"), {"entries": []})
        return cls.of([*schema.lexicon["gazetteer"]["entries"], *learned["entries"]])


@dataclass(frozen=True, slots=True)
class _Hit:
    span: Span
    entry: Json
    metonym: bool


def find_names(text: str, names: Names, schema: Schema) -> tuple[list[Json], list[Json]]:
    """Entities and their mentions (flat, in order); every mention also names its entity under ``entity``."""
    hits = _longest([*_gazetteer(text, names), *_persons(text, schema)])
    hits = _longest([*hits, *_brackets(text, hits)])
    hits = _longest([*hits, *_surnames(text, hits)])
    return _cluster(text, _seats(text, hits, schema))


def _gazetteer(text: str, names: Names) -> Iterator[_Hit]:
    import ahocorasick_rs

    forms = list(names.forms)
    machine = ahocorasick_rs.AhoCorasick(forms)
    for pattern, start, end in machine.find_matches_as_indexes(text, overlapping=True):
        if _whole(text, start, end):
            n, metonym = names.forms[forms[pattern]][0]
            yield _Hit(Span(start, end), names.entries[n], metonym)


def _whole(text: str, start: int, end: int) -> bool:
    before = start > 0 and (text[start - 1].isalnum() or text[start - 1] == "-")
    after = re.match(r"(?:lah|nya|pun|kah)?(?!\w)", text[end : end + 4])
    return not before and after is not None


def _persons(text: str, schema: Schema) -> Iterator[_Hit]:
    """Capitalised words behind a title, up to four."""
    titles = "|".join(map(re.escape, sorted(schema.lexicon["items"]["id"]["titles"], key=len, reverse=True)))
    country = "|".join(re.escape(e["forms"][0]) for e in schema.lexicon["gazetteer"]["entries"] if e["type"] == "state")
    pattern = re.compile(rf"\b(?:{titles})(?:\s+(?:{country}|AS|RI|Soviet))?\s+({_CAPITALISED})")
    for match in pattern.finditer(text):
        words = match.group(1).rstrip(".")
        if not re.fullmatch(rf"(?:{country}|AS|RI|{titles})(?:\s.*)?", words):
            yield _Hit(Span(match.start(1), match.start(1) + len(words)), {"type": "person", "name": words, "iso3": None}, False)


def _brackets(text: str, hits: list[_Hit]) -> Iterator[_Hit]:
    """``Organisasi X (OX)``: the short form in brackets, wherever it stands."""
    for hit in hits:
        match = _BRACKETED.match(text, hit.span.end)
        if match:
            yield from (_Hit(Span(m.start(), m.end()), hit.entry, hit.metonym) for m in re.finditer(rf"\b{re.escape(match[1])}\b", text))


def _surnames(text: str, hits: list[_Hit]) -> Iterator[_Hit]:
    """The last word of a person's name, alone."""
    for hit in hits:
        last = text[hit.span.start : hit.span.end].split()[-1]
        if hit.entry["type"] == "person" and len(last) > 2:
            yield from (_Hit(Span(m.start(), m.end()), hit.entry, False) for m in re.finditer(rf"\b{re.escape(last)}\b", text))


def _longest(hits: Iterable[_Hit]) -> list[_Hit]:
    """A flat selection: earlier and longer ones first."""
    kept: list[_Hit] = []
    for hit in sorted(hits, key=lambda hit: (-(hit.span.end - hit.span.start), hit.span.start)):
        if not any(overlaps(hit.span, other.span) for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.span)


def _seats(text: str, hits: list[_Hit], schema: Schema) -> list[_Hit]:
    """Capitals behind a preposition of place are places, not governments."""
    words = "|".join(schema.lexicon["items"]["id"]["place_before"])
    place = re.compile(rf"\b(?:{words})\s+$", re.IGNORECASE)
    result = []
    for hit in hits:
        if hit.metonym and place.search(text[max(0, hit.span.start - 16) : hit.span.start]):
            name = text[hit.span.start : hit.span.end]
            hit = _Hit(hit.span, {"type": "place", "name": name, "iso3": None}, False)
        result.append(hit)
    return result


def _cluster(text: str, hits: list[_Hit]) -> tuple[list[Json], list[Json]]:
    entities: dict[tuple[str, str], Json] = {}
    mentions: list[Json] = []
    for n, hit in enumerate(hits, 1):
        key = (hit.entry["type"], _known(entities, hit.entry))
        blank = {
            "type": hit.entry["type"],
            "name": hit.entry["name"],
            "mentions": [],
            "wikidata": hit.entry.get("wikidata"),
            "iso3": hit.entry.get("iso3"),
        }
        entity = entities.setdefault(key, {"id": f"e{len(entities) + 1}", **blank})
        entity["mentions"].append(f"m{n}")
        quote = text[hit.span.start : hit.span.end]
        mentions.append(
            {
                "id": f"m{n}",
                "start": hit.span.start,
                "end": hit.span.end,
                "quote": quote,
                "type": entity["type"],
                "metonym": hit.metonym,
                "entity": entity["id"],
            }
        )
    return list(entities.values()), mentions


def _known(entities: dict[tuple[str, str], Json], entry: Json) -> str:
    """The name under which a person stands already (by the last word), else the own name."""
    if entry["type"] == "person":
        last = entry["name"].split()[-1]
        for type_, other in entities:
            if type_ == "person" and other.split()[-1] == last:
                return other
    name: str = entry["name"]
    return name


def learn(bodies: Iterable[Json], known: Names, least: int = 1) -> Json:
    """Entries for the names in gold annotations that the gazetteer does not have.

    Args:
        bodies: annotation documents; only of the train split, or the scores on the others say nothing.
        least: in how many documents a form must stand.
    """
    counts: Counter[tuple[str, str, str]] = Counter()
    ids: dict[tuple[str, str], str] = {}
    for body in bodies:
        quotes = {mention["id"]: mention for mention in body["mentions"]}
        for entity in body["entities"]:
            if entity["wikidata"]:
                ids.setdefault((entity["type"], entity["name"]), entity["wikidata"])
            forms = {quotes[id_]["quote"] for id_ in entity["mentions"] if not quotes[id_]["metonym"]}
            counts.update((entity["type"], entity["name"], form) for form in forms if form and form[0].isupper())
    grouped: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for (type_, name, form), count in sorted(counts.items()):
        if count >= least and form not in known.forms and len(form) > 2:
            grouped[(type_, name)].append(form)
    entries = [
        {"type": type_, "name": name, "iso3": None, "wikidata": ids.get((type_, name)), "forms": forms}
        for (type_, name), forms in sorted(grouped.items())
    ]
    return {"about": "Names of the train split, written by `pinta suggest --learn`.", "entries": entries}


def write_learned(folder: Path, learned: Json) -> Path:
    """Write learned names into a schema folder, whole."""
    from ..files import write_whole

    path = folder / "lexicon" / LEARNED
    write_whole(path, (json.dumps(learned, ensure_ascii=False, indent=0) + "\n").encode("utf-8"))
    return path
