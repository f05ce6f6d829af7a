"""Events, articles and their texts."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from .. import spans
from .registry import Context, Problem, check


@check("E-EVENT-ID", of="event")
def event_id(context: Context) -> Iterator[Problem]:
    """The id of an event is not the name of its folder.

    Bad: corpus/2025-venezuela/event.json with "id": "venezuela"
    Good: corpus/2025-venezuela/event.json with "id": "2025-venezuela"
    """
    event = context.document.event
    folder = event.path.split("/")[-2] if event and "/" in event.path else ""
    if folder and context.event.get("id") != folder:
        yield Problem(("id",), f"The id {context.event.get('id')!r} is not the folder's name {folder!r}.", "Rename one of the two.")


@check("E-EVENT-REFERENCES", of="event")
def event_references(context: Context) -> Iterator[Problem]:
    """An event stands on too few references.

    It takes one primary document, or two independent reports (of different publishers).

    Bad: one press report
    Good: one letter in an archive; or reports of two newspapers
    """
    references = context.event["references"]
    publishers = {reference["publisher"].casefold() for reference in references}
    if len(publishers) < 2 and not any(reference["kind"] == "primary" for reference in references):
        yield Problem(
            ("references",),
            "No primary document, and reports of one publisher only.",
            "Add a primary document or a report of another publisher.",
        )


@check("E-EVENT-FACT", of="event")
def event_facts(context: Context) -> Iterator[Problem]:
    """A fact names a reference that the event does not have, or two facts or references have one id.

    Bad: "facts": [{"id": "f1", "references": ["r9"]}] and no reference r9
    Good: "references": ["r1"]
    """
    known = [reference["id"] for reference in context.event["references"]]
    for name, ids in (("references", known), ("facts", [fact["id"] for fact in context.event["facts"]])):
        for n, id_ in enumerate(ids):
            if id_ in ids[:n]:
                yield Problem((name, n, "id"), f"The id {id_} stands twice.", "Number them through.")
    for n, fact in enumerate(context.event["facts"]):
        for k, reference in enumerate(fact["references"]):
            if reference not in known:
                yield Problem(("facts", n, "references", k), f"There is no reference {reference}.", f"References: {', '.join(known)}.")


@check("E-EVENT-DATE", of="event")
def event_date(context: Context) -> Iterator[Problem]:
    """A date of an event is not a day of the calendar.

    Bad: "date": "1975-02-30"
    Good: "date": "1975-02"
    """
    if not valid_edtf(context.event["date"]):
        yield Problem(("date",), f"{context.event['date']} is not a date of the calendar.", "Write YYYY, YYYY-MM or YYYY-MM-DD.")


@check("E-EVENT-COUNTRY", of="event")
def event_countries(context: Context) -> Iterator[Problem]:
    """The country code of a party does not exist.

    Codes are those of schema/lexicon/countries.json, as for entities.

    Bad: "iso3": "UKR" written "UKA"
    Good: "iso3": "UKR"
    """
    yield from unknown_countries(context, "parties", context.event["parties"])


@check("E-ARTICLE-ID", of="article")
def article_id(context: Context) -> Iterator[Problem]:
    """The id of an article is not its path.

    Bad: corpus/2025-venezuela/01.json with "id": "2025-venezuela/1"
    Good: corpus/2025-venezuela/01.json with "id": "2025-venezuela/01"
    """
    if context.article["id"] != context.document.id:
        yield Problem(("id",), f"The id {context.article['id']!r} is not the path {context.document.id!r}.", "Rename one of the two.")


@check("E-ARTICLE-SOURCE", of="article")
def article_source(context: Context) -> Iterator[Problem]:
    """A third-party article has no source, or a text written for the corpus has one.

    Bad: "origin": "third_party", "source": null
    Good: "origin": "third_party", "source": {"publisher": "…", "url": "https://…", "retrieved": "2026-11-23"}
    """
    third = context.article["origin"] == "third_party"
    if third and context.article["source"] is None:
        yield Problem(("source",), "A third-party article needs its source.", "Add publisher, url and the day it was retrieved.")
    if not third and context.article["source"] is not None:
        yield Problem(
            ("source",),
            "A text written for the corpus has no source of its own.",
            "Set it to null; sources of the facts stand in event.json.",
        )


@check("E-TEXT-MISSING", of="article")
def text_missing(context: Context) -> Iterator[Problem]:
    """The text of an article is missing although it is said to be included.

    Bad: "text_included": true, and no 01.txt
    Good: 01.txt beside 01.json
    """
    if context.included and context.document.text is None and context.document.text_fault is None:
        yield Problem(("text_included",), f"There is no {context.document.text_path}.", "Add the text, or set text_included to false.")


@check("E-TEXT-RESTRICTED", of="article")
def text_restricted(context: Context) -> Iterator[Problem]:
    """A text stands in the repository that may not be redistributed.

    Either the licence forbids it, or text_included says that it is not here.

    Bad: "licence": "LicenseRef-AllRightsReserved" and 01.txt in the folder
    Good: no 01.txt; a reader attaches an own copy with `pinta hydrate`
    """
    free = context.article["licence"] in context.schema["licence"].where("redistributable")
    if not free and context.included:
        yield Problem(
            ("text_included",),
            f"{context.article['licence']} does not allow the text here.",
            "Set text_included to false and remove the text.",
        )
    elif not context.included and context.document.text is not None:
        yield Problem(
            ("text_included",),
            f"{context.document.text_path} stands here, but text_included is false.",
            "Remove the text, or set text_included to true.",
        )


@check("E-TEXT-HASH", of="article")
def text_hash(context: Context) -> Iterator[Problem]:
    """The text is not the one whose hash the article holds.

    Whoever changes a text must annotate it anew: offsets and passes belong to one version of the text.

    Bad: a typo mended in 01.txt and nothing else
    Good: the text as it was; or a new article
    """
    if context.included and context.text and spans.sha256(context.text) != context.article["text_sha256"]:
        yield Problem(
            ("text_sha256",),
            f"The text has the hash {spans.sha256(context.text)[:12]}….",
            "Restore the text; or, if it was meant, set hash and characters and annotate anew.",
        )


@check("E-TEXT-LENGTH", of="article")
def text_length(context: Context) -> Iterator[Problem]:
    """The number of characters is not that of the text, in Unicode code points.

    Bad: "characters": 10 for a text of 12 code points
    Good: "characters": 12
    """
    if context.included and context.text and len(context.text) != context.article["characters"]:
        yield Problem(("characters",), f"The text has {len(context.text)} code points.", f"Set characters to {len(context.text)}.")


@check("E-TEXT-NORMAL", of="text")
def text_normal(context: Context) -> Iterator[Problem]:
    """The text is not in the form that the corpus keeps.

    NFC, \\n line ends, no blanks at line ends, at most one empty line in a row, one line end at the end, no control
    characters. `pinta new` brings a text into this form.

    Bad: a text with \\r\\n, or with é as two code points
    Good: the same text after `pinta new`
    """
    text = context.text
    try:
        normal = spans.normalise(text)
    except ValueError as error:
        yield Problem((spans.forbidden(text) or 0,), f"The text holds a {error}.", "Remove it.")
        return
    if text != normal:
        at = next((n for n, (a, b) in enumerate(zip(text, normal, strict=False)) if a != b), min(len(text), len(normal)))
        name = unicodedata.name(text[at], repr(text[at])) if at < len(text) else "the end"
        yield Problem((at,), f"The text is not normalised (first at {name}).", "Bring it in with `pinta new`, which normalises.")


@check("W-TEXT-EMPTY", of="text")
def text_empty(context: Context) -> Iterator[Problem]:
    """The text holds no letters.

    Bad: a text of one line end
    Good: an article
    """
    if not any(character.isalpha() for character in context.text):
        yield Problem((0,), "The text holds no letters.", "Was the right file brought in?")


def unknown_countries(context: Context, layer: str, units: Iterable[dict[str, Any]]) -> Iterator[Problem]:
    """The units of a layer whose country code does not exist."""
    for n, unit in enumerate(units):
        if unit["iso3"] and not context.schema.has_country(unit["iso3"]):
            yield Problem((layer, n, "iso3"), f"There is no country {unit['iso3']}.", "Look it up in schema/lexicon/countries.json.")


def valid_edtf(text: str) -> bool:
    """Whether an EDTF level 0 date, or each end of an interval, is in the calendar."""
    return all(_valid_date(part) for part in text.split("/"))


def _valid_date(text: str) -> bool:
    parts = [int(part) for part in text.lstrip("-").split("-")]
    try:
        datetime.date(max(parts[0], 1), *[*parts[1:], 1, 1][:2])
    except ValueError:
        return False
    return True
