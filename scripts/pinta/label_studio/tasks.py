"""Documents as tasks of Label Studio and back, without loss and without a server.

``task_of`` and ``document_of`` are inverses for every document that passes the checks. A task carries its own key and the
hash of its text, as the server keeps neither ids nor order.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..corpus.restricted import without_quotes
from ..schema.labels import Schema
from ..spans import sha256
from .drawing import UndrawableError, results_of
from .layout import Json
from .reading import layers_of
from .regions import TEXT, Problem

KEY, HASH = "article", "text_sha256"
"""Names in the data of a task: which article it is, and the SHA-256 of its text in UTF-8."""


def task_of(article: Json, text: str, suggestions: Iterable[Json], schema: Schema) -> Json:
    """A task: an article's text, and documents of it as predictions, each under its annotator's id as model version.

    Raises:
        UndrawableError: a document that cannot be drawn, or that would not come back as it is.
    """
    data = {KEY: article["id"], HASH: sha256(text), TEXT: text, "title": _title(article)}
    return {"data": data, "predictions": [prediction_of(document, text, schema) for document in suggestions]}


def _title(article: Json) -> str:
    date = article.get("published") or article.get("reference_date")
    return f"{article['title']} ({date})" if date else str(article["title"])


def prediction_of(document: Json, text: str, schema: Schema) -> Json:
    """A document as a prediction. It is read back before it is given out: what would come back changed is refused.

    Raises:
        UndrawableError: see there; or the document would come back as another.
    """
    if document[HASH] != sha256(text):
        raise UndrawableError("it was made on another text")
    results = results_of(document, text, schema)
    back, problems = document_of(results, text, document, schema, quotes="anchors" not in document)
    if problems:
        raise UndrawableError(problems[0].message)
    if back != document:
        raise UndrawableError("it would come back changed; `pinta check` says what is wrong with it")
    return {"model_version": document["annotator"]["id"], "result": results}


def document_of(results: list[Json], text: str, header: Json, schema: Schema, *, quotes: bool = True) -> tuple[Json | None, list[Problem]]:
    """The document that results of Label Studio describe, or what is wrong with them.

    ``header`` gives ``article`` and ``annotator``. With ``quotes`` false the document holds hashes in the place of words.
    """
    layers, problems = layers_of(results, text, schema)
    if problems:
        return None, problems
    whole: dict[str, Any] = {"article": header["article"], HASH: sha256(text), "annotator": header["annotator"], **layers}
    return (whole if quotes else without_quotes(whole, text)), []
