"""List the labels, or write their tables into documents.

Tables stand between `<!-- labels: SET … -->` and `<!-- end labels -->`; --write renews them, --check fails where they are
not what the schema says.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ..corpus.layout import find_corpus
from ..diagnostics import PintaError


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sets", nargs="*", metavar="SET", help="label sets (default: all)")
    parser.add_argument("--write", nargs="+", type=Path, metavar="FILE", help="renew the tables in these documents")
    parser.add_argument("--check", nargs="+", type=Path, metavar="FILE", help="fail where tables are stale")
    parser.add_argument("--language", choices=["en", "id"], default="en", help="language of titles")


def run(args: argparse.Namespace) -> int:
    from ..files import write_whole
    from ..markdown import fill_labels, label_tables

    schema = find_corpus(args.root).schema
    unknown = [name for name in args.sets if name not in schema.sets]
    if unknown:
        raise PintaError(f"There is no label set {unknown[0]}. Sets: {', '.join(schema.sets)}.")
    for path in args.write or ():
        write_whole(path, fill_labels(path.read_text("utf-8"), schema, args.language).encode("utf-8"))
    stale = [path for path in args.check or () if fill_labels(path.read_text("utf-8"), schema, args.language) != path.read_text("utf-8")]
    if stale:
        raise PintaError(f"Label tables are stale: {', '.join(map(str, stale))}. Renew them with `pinta labels --write`.")
    if not args.write and not args.check:
        print(label_tables(schema, args.sets or schema.sets, args.language))
    return 0
