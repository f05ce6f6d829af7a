"""What every published column means, in a sentence: read from the schema, and written here only for derived columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .labels import Schema
from .validate import LABELS, bundle

Json = dict[str, Any]
_HOMES: dict[str, tuple[tuple[str, ...], ...]] = {
    "articles": (("annotation",), ("article",)),
    "standoff": (("annotation",), ("article",)),
    "passes": (("annotation",),),
    "stances": (("annotation", "stances"),),
    "requests": (("annotation", "requests", "items"), ("annotation", "requests"), ("annotation", "requests", "items", "quantity")),
}
"""Where in the schema the columns of a config stand: a document kind and a path of properties in it."""
_DERIVED = {
    "id": "Id of the row.",
    "article": "Article that the row comes from.",
    "event": "Event that the article tells of.",
    "event_title": "Title of the event, in English.",
    "event_date": "Date of the appeal, or of the event where there is no appeal (EDTF level 0).",
    "text": "The text, normalised (NFC, line feeds). All offsets count its code points.",
    "tokens": "Words and single punctuation marks of the text, in order.",
    "starts": "First code point of each token.",
    "ends": "Code point after the last one of each token.",
    "tags": "BIO tag of each token: mentions of entities.",
    "unit_tags": "BIO tag of each token: items, quantities, specifications and cues.",
    "target_id": "Id of what the stance is towards, within the article.",
    "target_kind": "Whether the target is an entity, a request or a claim.",
    "target_name": "Name of the target; of a request who asks whom, of a claim its words.",
    "target_iso3": "Country code of the target, where it is an entity that has one.",
    "polarity": "For or against, by the act and whether it is negated.",
    "cue_start": "First code point of the cue.",
    "cue_end": "Code point after the last one of the cue.",
    "context": "The sentences that hold the evidence.",
    "request_id": "Id of the request within the article; its items share it.",
    "date_text": "The words of the text that tell the date.",
    "item_id": "Id of the item within its request.",
    "item": "The item, in the words of the text.",
    "quantity_max": "The higher of two numbers, for a range.",
    "quantity_text": "The quantity, in the words of the text.",
    "plover": "Codes in PLOVER, best match first.",
    "cameo": "Codes in CAMEO, best match first.",
    "response_plover": "Codes of the answer in PLOVER, best match first.",
    "response_cameo": "Codes of the answer in CAMEO, best match first.",
    "unroca": "Categories of the UN Register of Conventional Arms, best match first.",
    "sipri": "Categories of the SIPRI Arms Transfers Database, best match first.",
    "ml": "Categories of the Munitions List, best match first.",
}
_PARTY = {
    "id": "Id within the article.",
    "name": "Canonical name, in Indonesian.",
    "type": "What it is.",
    "iso3": "Country code.",
    "wikidata": "Wikidata item.",
}
_SLOTS = {"holder": "stances", "requester": "requests", "supplier": "requests"}


def describe(schema: Schema, config: str, *path: str) -> str:
    """What a column of a config means, or a property in it: ``describe(schema, "articles", "mentions", "type")``.

    Raises:
        KeyError: nothing tells what it means.
    """
    for kind, *above in _HOMES.get(config, ()):
        found = _told(schema, kind, [*above, *path])
        if found:
            return found
    if len(path) > 1 and path[-1] == "id":
        return "Id within the article."
    return _DERIVED.get(path[0]) or _party(schema, path[0])


def _party(schema: Schema, column: str) -> str:
    slot, _, key = column.partition("_")
    who = _told(schema, "annotation", [_SLOTS[slot], "suppliers" if slot == "supplier" else slot])
    return f"{who} {_PARTY[key]}"


def _told(schema: Schema, kind: str, path: list[str]) -> str | None:
    root = bundle(schema, kind)
    body: Json = root
    for step in path:
        inner: Json = next((b["properties"] for b in _faces(root, body) if "properties" in b), {})
        if step not in inner:
            return None
        body = inner[step]
    return next(
        (b["description"] for b in _faces(root, body) if b.get("description") and not str(b.get("$id", "")).startswith(LABELS)), None
    )


def _faces(root: Json, body: Json) -> Iterator[Json]:
    """A schema with all that it stands for: its options, what it refers to, the items of a list."""
    yield body
    for inner in [*body.get("anyOf", ()), body.get("items")]:
        if inner:
            yield from _faces(root, inner)
    if "$ref" in body:
        address, _, fragment = body["$ref"].partition("#")
        found = root["$defs"][address]
        for step in fragment.strip("/").split("/") if fragment else ():
            found = found[step]
        yield from _faces(root, found)
