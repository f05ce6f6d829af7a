"""Explain a check: what it wants, why, and a bad and a good example.

Without an ID, list all checks.
"""

from __future__ import annotations

import argparse
import difflib

from ..diagnostics import PintaError


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", nargs="?", metavar="ID", help="the id of a finding, such as E-SPAN-QUOTE")
    parser.add_argument("--format", choices=["text", "markdown"], default="text", help="markdown: the table of checks for the docs")


def run(args: argparse.Namespace) -> int:
    from ..checks import run as _  # noqa: F401  fills the table
    from ..checks.registry import CHECKS
    from ..markdown import table

    if args.id:
        made = CHECKS.get(args.id.upper())
        if not made:
            close = difflib.get_close_matches(args.id.upper(), CHECKS, n=3)
            raise PintaError(
                f"There is no check {args.id}. {'Did you mean ' + ', '.join(close) + '?' if close else '`pinta explain` lists all.'}"
            )
        print(f"{made.id} ({made.level}, {made.of})\n\n{made.explanation}")
    elif args.format == "markdown":
        print(
            table(
                ["id", "level", "of", "what is wrong"],
                ([f"`{made.id}`", made.level, made.of, made.sentence] for made in sorted(CHECKS.values(), key=lambda made: made.id)),
            )
        )
    else:
        print("\n".join(f"{made.id:26} {made.sentence}" for made in sorted(CHECKS.values(), key=lambda made: made.id)))
    return 0
