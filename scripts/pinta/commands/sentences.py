"""Print the text of an article with numbered sentences, as drafts address them (`@3`)."""

from __future__ import annotations

import argparse

from ..corpus.layout import find_corpus
from ..diagnostics import PintaError


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("article", metavar="ARTICLE", help="an article id, such as 2025-venezuela/01")


def run(args: argparse.Namespace) -> int:
    from ..corpus.documents import read_text
    from ..spans import sentences

    corpus = find_corpus(args.root)
    text, _ = read_text(corpus.text_path(args.article))
    if text is None:
        raise PintaError(f"There is no text of {args.article}.")
    print("\n".join(f"[{n}] {text[span.start : span.end]}" for n, span in enumerate(sentences(text), 1)))
    return 0
