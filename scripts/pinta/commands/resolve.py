"""Turn drafts, in which spans are quoted strings, into annotation documents with offsets.

A quotation that is missing or fits two places is refused with its place in the draft; nothing is guessed. `pinta
sentences ARTICLE` numbers the sentences that drafts refer to. The format of a draft: docs/drafts.md.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..corpus.layout import Corpus, find_corpus
from ..diagnostics import FindingsError, PintaError


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("drafts", nargs="+", type=Path, metavar="DRAFT", help="draft files")
    parser.add_argument("--as", dest="folder", metavar="PASS", help="write into annotations/passes/PASS (default: annotations/gold)")
    parser.add_argument(
        "--text",
        type=Path,
        metavar="FILE",
        help="the text, where it does not stand in the repository: spans ship as hashes, without quotes",
    )
    parser.add_argument("--stdout", action="store_true", help="print the documents; write nothing")


def run(args: argparse.Namespace) -> int:
    from ..files import write_whole
    from ..jsontext import dumps

    corpus = find_corpus(args.root)
    made, findings = [], []
    for path in args.drafts:
        try:
            made.append(_resolved(corpus, path, args.text))
        except FindingsError as error:
            findings.extend(error.findings)
    if findings:
        raise FindingsError(findings)
    for document in made:
        target = corpus.pass_path(args.folder, document["article"]) if args.folder else corpus.gold_path(document["article"])
        if args.stdout:
            print(dumps(document).decode("utf-8"), end="")
        else:
            write_whole(target, dumps(document))
            print(corpus.relative(target))
    return 0


def _resolved(corpus: Corpus, path: Path, text_path: Path | None) -> dict[str, Any]:
    from ..corpus.documents import read_text
    from ..corpus.restricted import resolve_restricted
    from ..draft import read_draft, resolve_file

    raw = path.read_bytes()
    article = read_draft(raw, str(path), corpus.schema)["article"]
    if not corpus.article_path(article).exists():
        raise PintaError(f"{path}: there is no article {article}; bring it in with `pinta new`.")
    text, _ = read_text(corpus.text_path(article))
    if text is not None:
        return resolve_file(raw, str(path), text, corpus.schema)
    if text_path is None:
        raise PintaError(f"{path}: the text of {article} does not stand here; name your copy with --text.")
    return resolve_restricted(raw, str(path), text_path.read_bytes(), corpus, article)
