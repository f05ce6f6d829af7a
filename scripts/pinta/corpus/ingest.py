"""Bringing a new article in: normalised, with metadata, and only if it is not there yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..diagnostics import PintaError
from ..files import write_whole
from ..jsontext import decode, dumps
from ..spans import normalise, sha256
from .documents import read_text
from .layout import Corpus
from .near_duplicates import THRESHOLD, shingles, similarity


@dataclass(frozen=True, slots=True)
class NewArticle:
    """What is told of an article besides its text; see schema/article.json for the values."""

    event: str
    title: str
    language: str = "id"
    genre: str = "news_report"
    origin: str = "project_written"
    licence: str = "CC-BY-4.0"
    published: str | None = None
    reference_date: str | None = None
    source: dict[str, Any] | None = None


def text_of_html(raw: bytes) -> str:
    """The article in an HTML page without menus, advertisements and footers, by trafilatura.

    Raises:
        PintaError: no article is found in the page.
    """
    import trafilatura

    found: str | None = trafilatura.extract(raw, include_comments=False, include_tables=False, favor_precision=True, output_format="txt")
    if not found:
        raise PintaError("No article was found in the HTML page. Save its text and use --text.")
    return "\n\n".join(line for line in found.splitlines() if line.strip())


def text_of_bytes(raw: bytes) -> str:
    """The text in a UTF-8 file, as it stands.

    Raises:
        PintaError: it is not UTF-8.
    """
    from ..jsontext import JsonError

    try:
        return decode(raw.removeprefix(b"\xef\xbb\xbf"))
    except JsonError as fault:
        raise PintaError(f"line {fault.line}, column {fault.column}: {fault.message} {fault.mend}") from None


def normalised(text: str) -> str:
    """A text from outside in the form that the corpus keeps.

    Raises:
        PintaError: it holds control characters.
    """
    try:
        return normalise(text)
    except ValueError as error:
        raise PintaError(f"The text holds a {error}; remove it.") from None


def add_article(corpus: Corpus, new: NewArticle, text: str) -> str:
    """Normalise a text, see that it is new, write text and metadata, and return the article's id.

    The text of a licence that forbids redistribution is hashed and measured, not written.

    Raises:
        PintaError: the event is missing, the text is empty or holds control characters, or it is there already.
    """
    _require_event(corpus, new.event)
    text = normalised(text)
    if not any(character.isalpha() for character in text):
        raise PintaError("The text is empty.")
    refuse_known(corpus, text)
    article = f"{new.event}/{_next_number(corpus, new.event):02d}"
    free = new.licence in corpus.schema["licence"].where("redistributable")
    metadata = {
        "id": article,
        **{key: getattr(new, key) for key in ("title", "language", "genre", "origin", "published", "reference_date", "licence")},
        "text_included": free,
        "text_sha256": sha256(text),
        "characters": len(text),
        "source": new.source,
    }
    _require_valid(corpus, metadata)
    if free:
        write_whole(corpus.text_path(article), text.encode("utf-8"))
    write_whole(corpus.article_path(article), dumps(metadata))
    return article


def _require_event(corpus: Corpus, event: str) -> None:
    if not corpus.event_path(event).exists():
        known = ", ".join(corpus.events()) or "none yet"
        raise PintaError(f"There is no event {event!r}: write corpus/{event}/event.json first. Events: {known}.")


def _require_valid(corpus: Corpus, metadata: dict[str, Any]) -> None:
    from ..schema.validate import Validator

    wrong = Validator(corpus.schema, "article").violations(metadata)
    if wrong:
        raise PintaError("\n".join(f"{'/'.join(map(str, v.pointer))}: {v.message} {v.mend}" for v in wrong))


def _next_number(corpus: Corpus, event: str) -> int:
    return max((int(article.partition("/")[2]) for article in corpus.articles(event)), default=0) + 1


def refuse_known(corpus: Corpus, text: str) -> None:
    """See that a normalised text is not in the corpus yet, nor one that is nearly the same.

    Raises:
        PintaError: it is; says of which article, and how near.
    """
    from .documents import read_json

    own, hash_ = shingles(text), sha256(text)
    for article in corpus.articles():
        if read_json(corpus, corpus.article_path(article)).body.get("text_sha256") == hash_:
            raise PintaError(f"This text is already there: {article}.")
        other = read_text(corpus.text_path(article))[0]
        near = similarity(own, shingles(other)) if other else 0.0
        if near >= THRESHOLD:
            raise PintaError(f"This text is nearly {article}: {near:.0%} of the 5-grams of the two are the same.")
