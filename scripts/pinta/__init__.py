"""Pinta: news about states that ask other states for military aid, as data.

Everything that the command line does can be done from here with the same few names. They load when they are used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "Corpus": "corpus.layout",
    "find_corpus": "corpus.layout",
    "load_schema": "schema.labels",
    "read_all": "corpus.documents",
    "add_article": "corpus.ingest",
    "NewArticle": "corpus.ingest",
    "normalise": "spans",
    "sentences": "spans",
    "resolve": "draft",
    "check_corpus": "checks.run",
    "check_document": "checks.run",
    "build": "release.build",
    "negative_pairs": "tables",
    "load": "loading",
    "VersionError": "loading",
    "verify": "release.verify",
    "release": "release.record",
    "Finding": "diagnostics",
    "FindingsError": "diagnostics",
    "PintaError": "diagnostics",
}

__all__ = [
    "Corpus",
    "Finding",
    "FindingsError",
    "NewArticle",
    "PintaError",
    "VersionError",
    "__version__",
    "add_article",
    "build",
    "check_corpus",
    "check_document",
    "find_corpus",
    "load",
    "load_schema",
    "negative_pairs",
    "normalise",
    "read_all",
    "release",
    "resolve",
    "sentences",
    "verify",
]

if TYPE_CHECKING:
    from .checks.run import check_corpus, check_document
    from .corpus.documents import read_all
    from .corpus.ingest import NewArticle, add_article
    from .corpus.layout import Corpus, find_corpus
    from .diagnostics import Finding, FindingsError, PintaError
    from .draft import resolve
    from .loading import VersionError, load
    from .release.build import build
    from .release.record import release
    from .release.verify import verify
    from .schema.labels import load_schema
    from .spans import normalise, sentences
    from .tables import negative_pairs


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module 'pinta' has no attribute {name!r}")
