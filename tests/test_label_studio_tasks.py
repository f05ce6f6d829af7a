"""A document goes to Label Studio and comes back as it was."""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import HealthCheck, given, settings

from label_studio_documents import ARTICLE, SCHEMA, documents
from pinta.corpus.restricted import without_quotes
from pinta.label_studio.drawing import results_of
from pinta.label_studio.tasks import document_of, prediction_of, task_of

Json = dict[str, Any]
slow = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def through_the_browser(results: list[Json], text: str) -> list[Json]:
    """What a browser keeps of results that a person submits: see the measured facts in docs/label-studio.md.

    Relation ids and meta go, a text field overwrites ``value.text``, blanks in ``value.text`` change, the order may.
    """
    kept = json.loads(json.dumps(results))
    for result in kept:
        if result["type"] == "relation":
            result.pop("id", None)
        else:
            result["origin"] = "manual"
            if result["type"] == "labels":
                result["value"]["text"] = result["value"]["text"].replace("\n", "\\n").replace("\u00a0", " ")
    random.Random(len(text)).shuffle(kept)
    return kept


@slow
@given(documents())
def test_a_document_comes_back_as_it_was(made: tuple[str, Json]) -> None:
    text, document = made
    task = json.loads(json.dumps(task_of(ARTICLE, text, [document], SCHEMA)))
    back, problems = document_of(task["predictions"][0]["result"], task["data"]["text"], document, SCHEMA)
    assert problems == []
    assert back == document


@slow
@given(documents())
def test_what_a_submit_keeps_is_enough(made: tuple[str, Json]) -> None:
    text, document = made
    back, problems = document_of(through_the_browser(results_of(document, text, SCHEMA), text), text, document, SCHEMA)
    assert problems == []
    assert back == document


@slow
@given(documents())
def test_an_editor_can_show_every_task(made: tuple[str, Json]) -> None:
    """Region ids are unique, arrows end at regions, no ordered pair has two arrows: what blanks the editor or is dropped."""
    text, document = made
    results = results_of(document, text, SCHEMA)
    ids = [result["id"] for result in results if result["type"] == "labels"]
    pairs = [(result["from_id"], result["to_id"]) for result in results if result["type"] == "relation"]
    assert len(ids) == len(set(ids))
    assert len(pairs) == len(set(pairs))
    assert {end for pair in pairs for end in pair} <= set(ids)
    assert {result["id"] for result in results if result["type"] not in ("labels", "relation")} <= set(ids)


@slow
@given(documents())
def test_a_restricted_document_keeps_its_quotes_to_itself(made: tuple[str, Json]) -> None:
    text, document = made
    bare = without_quotes(document, text)
    results = prediction_of(bare, text, SCHEMA)["result"]
    assert document_of(results, text, bare, SCHEMA, quotes=False)[0] == bare
