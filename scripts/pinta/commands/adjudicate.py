"""Make gold annotations of two passes: draft what differs, decide it, apply the decisions.

draft  aligns two passes of each article and writes annotations/decisions/EVENT/NN.json: what agrees is accepted, what
       differs is a numbered decision. A worksheet that is drafted again keeps the choices that still fit.
show   prints the text and the open decisions of articles.
fill   reads lines ARTICLE ID CHOICE RULE from a file or standard input and puts them into the worksheets. CHOICE is a, b,
       both or neither; with commas, one for each member; or values as {"status": "refused"}.
apply  makes annotations/gold/EVENT/NN.json of passes and filled worksheets; refuses open and contradictory decisions.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path
from typing import Any

from ..corpus.layout import Corpus, find_corpus
from ..diagnostics import FindingsError, PintaError


def register(parser: argparse.ArgumentParser) -> None:
    below = parser.add_subparsers(title="steps", metavar="STEP", dest="step", required=True)
    draft = below.add_parser("draft", help="write worksheets of what differs")
    draft.add_argument("--as", dest="id", required=True, metavar="ID", help="id of the adjudicator, which the gold documents name")
    draft.add_argument("--guidelines", metavar="VERSION", help="version of the guidelines (default: that of the passes)")
    draft.add_argument("--date", default=datetime.date.today().isoformat(), metavar="DAY", help="day of the adjudication (default: today)")
    draft.add_argument("--passes", nargs=2, metavar=("A", "B"), default=["a", "b"], help="folders below annotations/passes (default: a b)")
    show = below.add_parser("show", help="print the text and the open decisions")
    show.add_argument("--all", action="store_true", help="the decided ones too")
    fill = below.add_parser("fill", help="put answers into worksheets")
    fill.add_argument("answers", type=Path, metavar="FILE", help="lines ARTICLE ID CHOICE RULE; - for standard input")
    apply = below.add_parser("apply", help="make gold documents of filled worksheets")
    apply.add_argument("--overwrite", action="store_true", help="replace gold documents that are there already and differ")
    for step, what in ((draft, "both passes"), (show, "a worksheet"), (apply, "a worksheet")):
        step.add_argument("articles", nargs="*", metavar="ARTICLE", help=f"article ids (default: all with {what})")


def run(args: argparse.Namespace) -> int:
    from ..quality import require

    require("quality", "scipy")
    corpus = find_corpus(args.root)
    steps = {"draft": _draft, "show": _show, "fill": _fill, "apply": _apply}
    return steps[args.step](corpus, args)


def _draft(corpus: Corpus, args: argparse.Namespace) -> int:
    from ..files import write_whole
    from ..jsontext import dumps
    from ..quality.adjudicate import draft, worksheet_path

    passes = (args.passes[0], args.passes[1])
    known = [set(_below(corpus.passes_folder / name)) for name in passes]
    for article in args.articles or sorted(known[0] & known[1]):
        sheet = draft(corpus, article, _adjudicator(corpus, article, args), passes)
        path = worksheet_path(corpus, article)
        write_whole(path, dumps(sheet))
        waiting = sum(decision["choice"] is None for decision in sheet["decisions"])
        print(f"{corpus.relative(path)}: {len(sheet['decisions'])} decisions, {waiting} open")
    return 0


def _adjudicator(corpus: Corpus, article: str, args: argparse.Namespace) -> dict[str, Any]:
    from ..quality.adjudicate import guidelines_of

    version = args.guidelines or guidelines_of(corpus, article, (args.passes[0], args.passes[1]))
    return {"id": args.id, "guidelines": version, "date": args.date}


def _show(corpus: Corpus, args: argparse.Namespace) -> int:
    from ..quality.adjudicate import show

    for article in args.articles or _worksheets(corpus):
        print(show(corpus, article, everything=args.all))
    return 0


def _fill(corpus: Corpus, args: argparse.Namespace) -> int:
    from ..quality.adjudicate import fill

    lines = sys.stdin.read() if str(args.answers) == "-" else args.answers.read_text("utf-8")
    filled = fill(corpus, lines.splitlines(), str(args.answers))
    print(f"{sum(filled.values())} decisions in {len(filled)} articles", file=sys.stderr)
    return 0


def _apply(corpus: Corpus, args: argparse.Namespace) -> int:
    from ..files import write_whole
    from ..jsontext import dumps
    from ..quality.adjudicate import apply

    made, findings = {}, []
    for article in args.articles or _worksheets(corpus):
        try:
            made[corpus.gold_path(article)] = dumps(apply(corpus, article))
        except FindingsError as error:
            findings.extend(error.findings)
    others = [corpus.relative(path) for path, raw in made.items() if path.exists() and path.read_bytes() != raw]
    if others and not args.overwrite and not findings:
        raise PintaError(f"There is another gold document already: {', '.join(others)}. Nothing was written; --overwrite replaces it.")
    if findings:
        raise FindingsError(findings)
    for path, raw in made.items():
        write_whole(path, raw)
        print(corpus.relative(path))
    return 0


def _below(folder: Path) -> list[str]:
    return [path.relative_to(folder).with_suffix("").as_posix() for path in sorted(folder.glob("*/*.json"))]


def _worksheets(corpus: Corpus) -> list[str]:
    return _below(corpus.root / "annotations" / "decisions")
