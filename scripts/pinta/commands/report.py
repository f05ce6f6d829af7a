"""Write one HTML page from a build: who asks whom for what, and every article with its annotation.

The page needs no network. Open it in a browser, put it on any web server, or send it by mail. An article and a request
have addresses of their own: report.html#2025-venezuela/01 and report.html#2025-venezuela/01/r1. It shows agreement where
the build has it, and the scores of baselines where the build holds baselines.json ({"name": scores of `pinta score --format json`}).
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ..corpus.layout import corpus_or_here


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "build", nargs="?", type=Path, default=Path("dist/pinta"), metavar="BUILD", help="a built dataset (default: dist/pinta)"
    )
    parser.add_argument("--out", type=Path, default=Path("dist/report.html"), metavar="FILE", help="the page (default: dist/report.html)")


def run(args: argparse.Namespace) -> int:
    from ..files import write_whole
    from ..report.page import pieces
    from ..report.source import Build

    out = args.out.resolve()
    write_whole(out, pieces(Build(args.build), corpus_or_here(args.root).schema))
    print(f"{args.out}: {out.stat().st_size / 1e6:.1f} MB")
    return 0
