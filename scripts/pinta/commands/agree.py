"""Measure how far two independent passes agree, before adjudication.

Reads annotations/passes/A and /B and computes F1 where finding the units is the task, Krippendorff's alpha where the
units are given, with 95 % bootstrap intervals over articles. --write keeps annotations/agreement.json, which `pinta build`
publishes: the figures of all articles, of all but those of the pilot (annotations/pilot.txt), and of the pilot's own passes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ..corpus.layout import Corpus, find_corpus
from ..diagnostics import PintaError


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--passes", nargs=2, metavar=("A", "B"), default=["a", "b"], help="folders below annotations/passes (default: a b)")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--articles", type=Path, metavar="FILE", help="only the articles whose ids stand in this file, one a line")
    which.add_argument("--pilot", action="store_true", help="the passes of the pilot, pilot-a and pilot-b")
    parser.add_argument("--format", choices=["text", "json", "markdown"], default="text", help="how to print (default: text)")
    parser.add_argument("--differences", action="store_true", help="list every difference with its words instead, as Markdown")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write a plot too, such as agreement.svg")
    parser.add_argument("--write", action="store_true", help="write annotations/agreement.json; a plot beside it is published too")
    parser.add_argument("--check", action="store_true", help="fail where annotations/agreement.json tells other figures than the passes")


def run(args: argparse.Namespace) -> int:
    from ..quality import agreement_tables, require

    require("quality", "scipy", "krippendorff")
    if args.plot:
        require("report", "matplotlib")
    from ..quality import agreement

    corpus = find_corpus(args.root)
    passes = agreement.PILOT if args.pilot else (args.passes[0], args.passes[1])
    if args.write or args.check:
        if args.articles or args.pilot:
            raise PintaError("--write and --check take all articles; leave --articles and --pilot out.")
        return _check(corpus) if args.check else _write(corpus, passes, args.plot)
    pairs = agreement.read_pairs(corpus, passes, agreement.listed(args.articles) if args.articles else None)
    if args.differences:
        print(agreement_tables.listing(agreement.all_differences(pairs)), end="")
        return 0
    report = agreement.measure(pairs)
    if args.plot:
        agreement_tables.plot(report, args.plot)
    print(agreement_tables.FORMATS[args.format](report))
    return 0


def _write(corpus: Corpus, passes: tuple[str, str], plot: Path | None) -> int:
    from ..quality import agreement, agreement_tables

    path = agreement.agreement_path(corpus)
    if plot and plot.resolve().parent != path.parent:
        raise PintaError(f"With --write the plot lies beside {corpus.relative(path)}, so that a build finds it.")
    report = agreement.write(corpus, passes, plot.name if plot else None)
    if plot:
        agreement_tables.plot(report["all"], plot)
    print(corpus.relative(path))
    return 0


def _check(corpus: Corpus) -> int:
    from ..quality import agreement

    if agreement.stale(corpus):
        raise PintaError("annotations/agreement.json tells other figures than the passes; run `pinta agree --write`.")
    return 0
