"""Bring a new article into an event: normalised, with metadata, and only if it is not there yet.

pinta new 2025-venezuela --text article.txt --title "Caracas minta rudal"
curl … | pinta new 2025-venezuela - --title "…"
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..corpus.layout import find_corpus
from ..diagnostics import PintaError


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("event", metavar="EVENT", help="folder of the event below corpus/")
    parser.add_argument("-", dest="stdin", action="store_true", help="read the text from standard input")
    parser.add_argument("--text", type=Path, metavar="FILE", help="a text file, UTF-8")
    parser.add_argument("--html", type=Path, metavar="FILE", help="an HTML page; menus and advertisements are left out")
    parser.add_argument("--title", required=True, help="the headline")
    parser.add_argument("--language", default="id", help="BCP 47 tag (default: id)")
    parser.add_argument("--genre", default="news_report", help="see schema/labels/genre.json")
    parser.add_argument("--published", metavar="DAY", help="day of publication, YYYY-MM-DD")
    parser.add_argument("--reference-date", metavar="DAY", help="day from which relative dates are read (default: --published)")
    parser.add_argument("--licence", default="CC-BY-4.0", help="SPDX identifier; see schema/labels/licence.json")
    parser.add_argument("--publisher", help="who published it: makes it a third-party article")
    parser.add_argument("--url", help="where it was published")
    parser.add_argument("--retrieved", metavar="DAY", help="day on which it was retrieved")


def run(args: argparse.Namespace) -> int:
    from ..corpus.ingest import NewArticle, add_article

    source = {"publisher": args.publisher, "url": args.url, "retrieved": args.retrieved} if args.publisher else None
    new = NewArticle(
        event=args.event,
        title=args.title,
        language=args.language,
        genre=args.genre,
        origin="third_party" if source else "project_written",
        licence=args.licence,
        published=args.published,
        reference_date=args.reference_date or args.published,
        source=source,
    )
    corpus = find_corpus(args.root)
    article = add_article(corpus, new, _text(args))
    print(corpus.relative(corpus.article_path(article)))
    return 0


def _text(args: argparse.Namespace) -> str:
    from ..corpus.ingest import text_of_bytes, text_of_html

    given = [source for source in (args.stdin, args.text, args.html) if source]
    if len(given) != 1:
        raise PintaError("Give the text once: --text FILE, --html FILE, or - for standard input.")
    if args.html:
        return text_of_html(args.html.read_bytes())
    return text_of_bytes(args.text.read_bytes() if args.text else sys.stdin.buffer.read())
