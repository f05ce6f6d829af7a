"""Score predictions against gold annotations.

GOLD and PREDICTIONS are folders of annotation documents (annotations/gold), folders of a built dataset, stores (of which
the gold annotations count), Parquet or JSON Lines with the columns of the config `articles`, or exports of Label Studio in its
format JSON. Layers that a system does not predict may be left out. Predictions on texts that GOLD does not have are refused;
gold texts without a prediction count as empty ones.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ..corpus.layout import Corpus, corpus_or_here
from ..diagnostics import PintaError
from ._stores import place

if TYPE_CHECKING:
    from ..quality.score import Scored


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("gold", type=place, metavar="GOLD", help="the reference")
    parser.add_argument("predictions", type=place, metavar="PREDICTIONS", help="what a system made")
    parser.add_argument("--pairwise", type=place, metavar="OTHER", help="another system's predictions: whether the two differ")
    parser.add_argument("--split", metavar="NAME", help="only this split, of built datasets and of articles in the corpus")
    parser.add_argument("--format", choices=["text", "json"], default="text", help="how to print (default: text)")
    parser.add_argument("--errors", action="store_true", help="list every error with its words instead, as Markdown")


def run(args: argparse.Namespace) -> int:
    from ..jsontext import dumps
    from ..quality import require

    require("quality", "scipy")
    from ..quality import score, score_tables

    corpus = corpus_or_here(args.root)
    if args.split and args.split not in corpus.schema["split"].ids:
        raise PintaError(f"There is no split {args.split!r}, only {', '.join(corpus.schema['split'].ids)}.")
    only = _only(corpus, args)
    pairs, missing = score.read_pairs(args.gold, args.predictions, corpus.schema, args.split, only)
    if missing:
        print(f"{len(missing)} gold texts have no prediction and count as empty: {', '.join(missing[:10])}", file=sys.stderr)
    if args.errors:
        return _errors(corpus, pairs)
    report = score.score(pairs)
    report["without_prediction"] = missing
    if args.pairwise:
        others, _ = score.read_pairs(args.gold, args.pairwise, corpus.schema, args.split, only)
        report["pairwise"] = score.compare(pairs, others)
    if args.format == "json":
        print(dumps(report).decode("utf-8"), end="")
        return 0
    print(score_tables.as_text(report))
    if args.pairwise:
        print(f"\n{score_tables.comparison_as_text(report['pairwise'])}")
    return 0


def _only(corpus: Corpus, args: argparse.Namespace) -> frozenset[str] | None:
    """The articles of the split that was asked for: as the store says that holds gold, or else the corpus, if there is one."""
    from ..quality.score import articles_of, articles_of_store
    from ..store.model import is_store

    if args.split and is_store(args.gold):
        return articles_of_store(args.gold, args.split)
    return articles_of(corpus, args.split) if args.split and corpus.articles_folder.is_dir() else None


def _errors(corpus: Corpus, pairs: list[Scored]) -> int:
    from ..corpus.documents import read_text
    from ..quality.agreement_tables import listing
    from ..quality.score import errors, texts

    shown = texts(pairs, lambda article: read_text(corpus.text_path(article))[0])
    print(listing(errors(shown), ("gold", "predicted")), end="")
    return 0
