"""Measure how far two independent passes agree, before adjudication.

Reads annotations/passes/A and /B and computes F1 where finding the units is the task, Krippendorff's alpha where the
units are given, with 95 % bootstrap intervals over articles. --write keeps annotations/agreement.json, which `pinta build`
publishes: the figures of all articles, of all but those of the pilot (annotations/pilot.txt), and of the pilot's own passes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ..corpus.layout import find_corpus
from ..diagnostics import PintaError


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--passes", nargs=2, metavar=("A", "B"), default=["a", "b"], help="folders below annotations/passes (default: a b)")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--articles", type=Path, metavar="FILE", help="only the articles whose ids stand in this file, one a line")
    which.add_argument("--pilot", action="store_true", help="the passes of the pilot, pilot-a and pilot-b")
    parser.add_argument("--format", choices=["text", "json", "markdown"], default="text", help="how to print (default: text)")
    parser.add_argument("--differences", action="store_true", help="list every difference with its words instead, as Markdown")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write a plot too, such as agreement.svg")
    parser.add_argument("--write", action="store_true", help="write annotations/agreement.json")


def run(args: argparse.Namespace) -> int:
    from ..quality import agreement, agreement_tables

    corpus = find_corpus(args.root)
    passes = agreement.PILOT if args.pilot else (args.passes[0], args.passes[1])
    only = agreement.listed(args.articles) if args.articles else None
    if args.write:
        if only is not None or args.pilot:
            raise PintaError("--write measures all articles; leave --articles and --pilot out.")
        print(corpus.relative(agreement.write(corpus, passes)))
        return 0
    pairs = agreement.read_pairs(corpus, passes, only)
    if args.differences:
        print(agreement_tables.listing(agreement.all_differences(pairs)), end="")
        return 0
    report = agreement.measure(pairs)
    if args.plot:
        agreement_tables.plot(report, args.plot)
    print(agreement_tables.FORMATS[args.format](report))
    return 0
