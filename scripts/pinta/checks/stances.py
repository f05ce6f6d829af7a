"""Stances and the claims that they are about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ..schema.labels import Schema
from .registry import Context, Problem, check


@check("E-STANCE-SELF", of="annotation")
def stance_self(context: Context) -> Iterator[Problem]:
    """A holder takes a stance towards itself.

    Bad: "holder": "e1", "target": "e1"
    Good: the one it is aimed at as target
    """
    for n, stance in enumerate(context.annotation["stances"]):
        if stance["holder"] == stance["target"]:
            yield Problem(("stances", n, "target"), f"{stance['holder']} is holder and target.", "Mend the holder or the target.")


@check("E-STANCE-DENY", of="annotation")
def stance_deny(context: Context) -> Iterator[Problem]:
    """A denial has an entity as target.

    What is denied is a claim, or that a request was made; not the one who made it.

    Bad: Maduro denies Trump
    Good: Maduro denies the claim c1, whose author is Trump
    """
    for n, stance in enumerate(context.annotation["stances"]):
        if stance["act"] == "deny" and stance["target"].startswith("e"):
            yield Problem(
                ("stances", n, "target"), f"{stance['id']} denies an entity.", "Make the claim a unit of its own, and the target."
            )


@check("E-STANCE-EXPLICIT", of="annotation")
def stance_explicit(context: Context) -> Iterator[Problem]:
    """An explicit stance has no cue, or an implied one has a cue.

    Bad: "explicitness": "explicit", "cue": null
    Good: "explicitness": "implied", "cue": null
    """
    for n, stance in enumerate(context.annotation["stances"]):
        if (stance["explicitness"] == "explicit") != (stance["cue"] is not None):
            yield Problem(
                ("stances", n, "explicitness"),
                f"{stance['id']} is {stance['explicitness']} and has {'a' if stance['cue'] else 'no'} cue.",
                "A cue makes it explicit.",
            )


@check("W-STANCE-TWICE", of="annotation")
def stance_twice(context: Context) -> Iterator[Problem]:
    """Two stances have the same holder, act and target.

    A stance that the text tells twice is one stance with two stretches of evidence.

    Bad: s1 and s3, both e1 support e2
    Good: s1 with the evidence of both
    """
    seen: set[tuple[object, ...]] = set()
    for n, stance in enumerate(context.annotation["stances"]):
        key = (stance["holder"], stance["act"], stance["target"], stance["negated"])
        if key in seen:
            yield Problem(("stances", n), f"{stance['id']} repeats an earlier stance.", "Join their evidence.")
        seen.add(key)


@lru_cache(maxsize=4096)
def _acts(schema: Schema, language: str, word: str) -> frozenset[str]:
    """The acts that a word is a cue of."""
    stems: dict[str, list[str]] = schema.lexicon["cues"].get(language, {}).get("stance", {})
    return frozenset(act for act, patterns in stems.items() if any(re.fullmatch(pattern, word) for pattern in patterns))


@check("W-STANCE-CUE", of="annotation")
def stance_cue(context: Context) -> Iterator[Problem]:
    """The cue is a word for another act.

    The lists of words stand in schema/lexicon/cues.json. Words can surprise: this is a warning.

    Bad: "act": "support", "cue": "menuduh"
    Good: "act": "accuse", "cue": "menuduh"
    """
    language = context.article.get("language", "und")
    for n, stance in enumerate(context.annotation["stances"]):
        word = (stance["cue"] or {}).get("quote") or ""
        fits = _acts(context.schema, language, word.lower())
        if fits and stance["act"] not in fits:
            yield Problem(
                ("stances", n, "act"),
                f"{word!r} is a word for {', '.join(sorted(fits))}, not {stance['act']}.",
                "Look again at the act, or at the cue.",
            )


@check("W-CLAIM-UNUSED", of="annotation")
def claim_unused(context: Context) -> Iterator[Problem]:
    """Nobody takes a stance towards a claim.

    Claims are annotated only as targets of stances.

    Bad: c1, and no stance with target c1
    Good: a stance with target c1, or no c1
    """
    used = {stance["target"] for stance in context.annotation["stances"]}
    for n, claim in enumerate(context.annotation["claims"]):
        if claim["id"] not in used:
            yield Problem(("claims", n), f"No stance has {claim['id']} as target.", "Add the stance, or drop the claim.")
