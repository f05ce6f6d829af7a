"""Suggestions: a first annotation by rules, so that annotators correct rather than draw.

The rules know little and say it often: names from word lists, numbers by grammar, requests and stances by cue words and
the nearest names. The word lists are data (``schema/lexicon``); `learn` adds the names of the train split to them.
"""

from __future__ import annotations

import datetime
from typing import Any

from ..schema.labels import Schema
from ..spans import sha256
from .frames import find_requests, find_stances
from .names import Names, find_names

Json = dict[str, Any]
MODEL_VERSION = "pinta-rules-1"

__all__ = ["MODEL_VERSION", "Names", "suggest"]


def suggest(article: str, text: str, schema: Schema, names: Names, language: str = "id") -> Json:
    """A suggested annotation document of a text; it passes the checks."""
    entities, mentions = find_names(text, names, schema)
    requests = find_requests(text, mentions, schema, language)
    claims, stances = find_stances(text, mentions, schema, language)
    return {
        "article": article,
        "text_sha256": sha256(text),
        "annotator": {"id": MODEL_VERSION, "kind": "rules", "guidelines": "2", "date": datetime.date.today().isoformat()},
        "mentions": [{key: mention[key] for key in ("id", "start", "end", "quote", "type", "metonym")} for mention in mentions],
        "entities": entities,
        "claims": claims,
        "stances": stances,
        "requests": requests,
    }
