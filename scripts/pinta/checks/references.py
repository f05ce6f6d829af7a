"""Ids, and what they refer to."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from ..diagnostics import Pointer
from ..spans import Span, overlaps
from .articles import unknown_countries
from .registry import Context, Problem, check

Json = dict[str, Any]
LAYERS = ("mentions", "entities", "claims", "stances", "requests")


def _ids(annotation: Json) -> Iterator[tuple[Pointer, str]]:
    for layer in LAYERS:
        for n, unit in enumerate(annotation[layer]):
            yield (layer, n, "id"), unit["id"]
    for n, request in enumerate(annotation["requests"]):
        for i, item in enumerate(request["items"]):
            yield ("requests", n, "items", i, "id"), item["id"]


def uses(annotation: Json) -> Iterator[tuple[Pointer, str, str]]:
    """Every use of an id: its pointer, the id, and the slot that it fills."""
    for n, entity in enumerate(annotation["entities"]):
        yield from ((("entities", n, "mentions", k), id_, "mention") for k, id_ in enumerate(entity["mentions"]))
    for n, claim in enumerate(annotation["claims"]):
        if claim["author"]:
            yield ("claims", n, "author"), claim["author"], "author"
    for n, stance in enumerate(annotation["stances"]):
        yield from _slots(("stances", n), stance, ("holder", "voiced_by", "target"))
    for n, request in enumerate(annotation["requests"]):
        yield from _slots(("requests", n), request, ("requester", "messenger"))
        yield from ((("requests", n, "suppliers", k), id_, "supplier") for k, id_ in enumerate(request["suppliers"]))


def _uses(context: Context) -> list[tuple[Pointer, str, str]]:
    return list(uses(context.annotation))


def _slots(pointer: Pointer, unit: Json, names: tuple[str, ...]) -> Iterator[tuple[Pointer, str, str]]:
    yield from (((*pointer, name), unit[name], name) for name in names if unit[name])
    yield from (((*pointer, "attribution", k), id_, "attribution") for k, id_ in enumerate(unit["attribution"]))


@check("E-ID-DUPLICATE", of="annotation")
def id_duplicate(context: Context) -> Iterator[Problem]:
    """An id stands twice in one document.

    Bad: two entities e1
    Good: e1 and e2
    """
    seen: set[str] = set()
    for pointer, id_ in _ids(context.annotation):
        if id_ in seen:
            yield Problem(pointer, f"The id {id_} stands twice.", "Number them through.")
        seen.add(id_)


@check("E-REF-DANGLING", of="annotation")
def ref_dangling(context: Context) -> Iterator[Problem]:
    """A reference leads to nothing.

    Bad: "holder": "e9", and no entity e9
    Good: "holder": "e1"
    """
    known = {id_ for _, id_ in _ids(context.annotation)}
    for pointer, id_, slot in context.once(_uses):
        if id_ not in known:
            yield Problem(pointer, f"There is no {id_} to be {slot}.", "Add it, or refer to one that exists.")


@check("E-REF-TYPE", of="annotation")
def ref_type(context: Context) -> Iterator[Problem]:
    """An entity fills a slot that its type cannot fill.

    Actors hold stances, ask, are asked, carry messages and make claims; a place, a weapon or a document does not. A document can only be a source.

    Bad: a stance whose holder is a place
    Good: the state whose government sits there, with the capital as a metonym
    """
    actors = context.schema["entity_type"].where("actor")
    types = {entity["id"]: entity["type"] for entity in context.annotation["entities"]}
    for pointer, id_, slot in context.once(_uses):
        kind = types.get(id_)
        allowed = actors | {"document"} if slot in ("attribution", "author") else actors
        if kind and slot not in ("mention", "target") and kind not in allowed:
            yield Problem(pointer, f"{id_} is a {kind} and cannot be {slot}.", f"Types that can: {', '.join(sorted(allowed))}.")


@check("E-MENTION-SHARED", of="annotation")
def mention_shared(context: Context) -> Iterator[Problem]:
    """A mention belongs to two entities.

    Bad: m1 in the mentions of e1 and of e2
    Good: m1 in one of them
    """
    owner: dict[str, str] = {}
    for n, entity in enumerate(context.annotation["entities"]):
        for k, id_ in enumerate(entity["mentions"]):
            if id_ in owner and owner[id_] != entity["id"]:
                yield Problem(("entities", n, "mentions", k), f"{id_} is already a mention of {owner[id_]}.", "A mention has one entity.")
            owner.setdefault(id_, entity["id"])


@check("E-MENTION-UNLINKED", of="annotation")
def mention_unlinked(context: Context) -> Iterator[Problem]:
    """A mention belongs to no entity.

    Bad: m3 in no entity's mentions
    Good: an entity of its own, if nothing else
    """
    linked = {id_ for entity in context.annotation["entities"] for id_ in entity["mentions"]}
    for n, mention in enumerate(context.annotation["mentions"]):
        if mention["id"] not in linked:
            yield Problem(("mentions", n), f"{mention['id']} belongs to no entity.", "Add it to an entity's mentions.")


@check("E-MENTION-TYPE", of="annotation")
def mention_type(context: Context) -> Iterator[Problem]:
    """A mention has another type than its entity.

    Bad: a mention of type place in an entity of type state
    Good: type state, marked as a metonym
    """
    types = {id_: entity["type"] for entity in context.annotation["entities"] for id_ in entity["mentions"]}
    for n, mention in enumerate(context.annotation["mentions"]):
        wanted = types.get(mention["id"], mention["type"])
        if mention["type"] != wanted:
            yield Problem(
                ("mentions", n, "type"),
                f"The mention is a {mention['type']}, its entity a {wanted}.",
                "Make them the same; a capital for a government is a state, as a metonym.",
            )


@check("W-MENTION-OVERLAP", of="annotation")
def mention_overlap(context: Context) -> Iterator[Problem]:
    """Two mentions overlap.

    The guidelines keep mentions flat: the longest name wins. Overlapping ones are left out of the BIO tags.

    Bad: "Kementerian Luar Negeri Rusia" and "Rusia" inside it
    Good: the ministry alone
    """
    placed = sorted((Span(m["start"], m["end"]), n) for n, m in enumerate(context.annotation["mentions"]))
    for (before, _), (span, n) in pairwise(placed):
        if overlaps(before, span):
            yield Problem(("mentions", n), "The mention overlaps another one.", "Keep the longer name.")


@check("E-ENTITY-ISO3", of="annotation")
def entity_iso3(context: Context) -> Iterator[Problem]:
    """Something that is not a state has a country code.

    Bad: {"type": "person", "iso3": "VEN"}
    Good: {"type": "person", "iso3": null}
    """
    for n, entity in enumerate(context.annotation["entities"]):
        if entity["iso3"] and entity["type"] != "state":
            yield Problem(("entities", n, "iso3"), f"A {entity['type']} has no country code.", "Set iso3 to null.")


@check("E-ENTITY-COUNTRY", of="annotation")
def entity_country(context: Context) -> Iterator[Problem]:
    """A country code does not exist.

    Codes are ISO 3166-1 alpha-3, and those of former states (SUN, YUG, CSK, …) from ISO 3166-3: schema/lexicon/countries.json.

    Bad: "iso3": "UKR" written "UKA"
    Good: "iso3": "UKR"
    """
    yield from unknown_countries(context, "entities", context.annotation["entities"])


@check("E-ENTITY-TWICE", of="annotation")
def entity_twice(context: Context) -> Iterator[Problem]:
    """Two entities of a document are one thing: same Wikidata item, or same country code.

    Bad: Venezuela (Q717) and Caracas as the government (Q717)
    Good: one entity with both mentions
    """
    for key in ("wikidata", "iso3"):
        seen: dict[str, str] = {}
        for n, entity in enumerate(context.annotation["entities"]):
            value = entity[key]
            if value and value in seen:
                yield Problem(("entities", n, key), f"{entity['id']} and {seen[value]} are both {value}.", "Join them, or mend the code.")
            elif value:
                seen[value] = entity["id"]


@check("E-ANNOTATION-TEXT", of="annotation")
def annotation_text(context: Context) -> Iterator[Problem]:
    """The annotation was made on another version of the text, or belongs to another article.

    Bad: "text_sha256" of the text before a typo was mended
    Good: the hash that the article holds
    """
    if context.annotation["article"] != context.document.id:
        yield Problem(
            ("article",), f"It says {context.annotation['article']}, its path says {context.document.id}.", "Rename one of the two."
        )
    if context.annotation["text_sha256"] != context.article.get("text_sha256"):
        yield Problem(("text_sha256",), "It was made on another text.", "Annotate the text as it is, or restore the text.")
