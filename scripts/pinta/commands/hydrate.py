"""Put your own copies of third-party articles back under their annotations.

WHERE is a published folder or a corpus; TEXT is your copy (plain text, or HTML by its ending), or ARTICLE=TEXT. Where the
copy has the right hash, all offsets hold; otherwise every span is looked for by its hashes and reported as exact,
moved, ambiguous (its words are there, its place is not certain) or lost. Exit status 1 if any is ambiguous or lost:
nothing is written then, unless --partial leaves out the units that cannot be placed.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..corpus.layout import find_corpus


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("where", type=Path, metavar="WHERE", help="a published folder, or the root of a corpus")
    parser.add_argument("texts", nargs="+", metavar="TEXT", help="your copy of an article, or ARTICLE=FILE")
    parser.add_argument(
        "--out", type=Path, default=Path("dist/pinta-hydrated"), metavar="DIR", help="where to write (default: dist/pinta-hydrated)"
    )
    parser.add_argument("--partial", action="store_true", help="write what can be placed, without the rest")
    parser.add_argument("--format", choices=["text", "json"], default="text", help="how to report")


def run(args: argparse.Namespace) -> int:
    from ..release.hydrated import match_all, read_standoff, write_hydrated

    schema = find_corpus(args.root).schema
    source = read_standoff(args.where, schema)
    found = match_all(source.rows, map(_copy, args.texts))
    report([hydration for _, _, hydration in found], args.format)
    complete = all(hydration.complete for _, _, hydration in found)
    if complete or args.partial:
        write_hydrated(args.out.resolve(), schema, source.version, found)
    if args.format == "text":
        articles = f"{len(found)} article{'s' * (len(found) != 1)}"
        print(f"{args.out}: {articles}" if complete or args.partial else "Nothing was written; --partial writes what has its place.")
    return int(not complete)


def _copy(given: str) -> tuple[str | None, str]:
    from ..corpus.ingest import text_of_bytes, text_of_html

    named = "=" in given and not Path(given).exists()
    article, _, name = given.partition("=") if named else ("", "", given)
    path = Path(name)
    read = text_of_html if path.suffix.lower() in (".html", ".htm") else text_of_bytes
    return article or None, read(path.read_bytes())


def report(found: list[Any], form: str) -> None:
    """Print the state of every span that is not exact, and the counts."""
    import json

    if form == "json":
        print(
            json.dumps(
                [
                    {"article": h.article, "same_hash": h.same, "counts": h.counts(), "spans": [p._asdict() for p in h.placements]}
                    for h in found
                ],
                indent=1,
            )
        )
        return
    for hydration in found:
        for placement in hydration.placements:
            now = f" → [{placement.now.start}, {placement.now.end})" if placement.now else ""
            if placement.state != "exact":
                print(f"{hydration.article}: [{placement.was.start}, {placement.was.end}){now} {placement.state}")
        print(f"{hydration.article}: {', '.join(f'{count} {state}' for state, count in hydration.counts().items())}")
