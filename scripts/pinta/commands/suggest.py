"""Suggest annotations by rules: names, items, numbers, requests, stances.

Writes one annotation document an article below --out, ready to be pushed to Label Studio or scored against gold
(`pinta score`). Without ARTICLE, all articles that have no gold yet. --learn renews the names learned from the train
split (schema/lexicon/learned.json).
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ..corpus.layout import Corpus, find_corpus
from ..diagnostics import PintaError
from ._stores import register_store

if TYPE_CHECKING:
    from ..store.records import Record


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("articles", nargs="*", metavar="ARTICLE", help="article or event ids (default: all without gold)")
    parser.add_argument("--split", choices=["train", "validation", "test"], help="all articles of a split, gold or not")
    parser.add_argument(
        "--out", type=Path, default=Path("dist/suggestions"), metavar="DIR", help="where to write (default: dist/suggestions)"
    )
    register_store(parser)
    parser.add_argument("--learn", action="store_true", help="renew schema/lexicon/learned.json from the gold of the train split")


def run(args: argparse.Namespace) -> int:
    from ..corpus.documents import read_document, read_text
    from ..files import write_whole
    from ..jsontext import dumps
    from ..suggest import Names, suggest

    if args.store:
        return _store(args)
    corpus = find_corpus(args.root)
    if args.learn:
        print(corpus.relative(_learn(corpus)))
        return 0
    names = Names.load(corpus.schema)
    for article in _wanted(corpus, args):
        text, _ = read_text(corpus.text_path(article))
        if text is not None:
            language = read_document(corpus, article).article.body.get("language", "id")
            write_whole(args.out / f"{article}.json", dumps(suggest(article, text, corpus.schema, names, language)))
    print(args.out)
    return 0


def _store(args: argparse.Namespace) -> int:
    from ..files import write_whole
    from ..jsontext import dumps
    from ..store.model import open_store
    from ..store.packing import sound_records
    from ..suggest import Names, suggest

    if args.learn:
        raise PintaError("--learn writes into the schema of a corpus folder: leave --store out.")
    store, missing = open_store(args.store), set(args.articles)
    with store.corpus() as corpus:
        names = Names.load(corpus.schema)
        for record in sound_records(store):
            if record.text is not None and _is_wanted(record, args):
                missing -= {record.id, record.event_name}
                language = record.document().article.body.get("language", "id")
                write_whole(args.out / f"{record.id}.json", dumps(suggest(record.id, record.text, corpus.schema, names, language)))
    if missing:
        raise PintaError(f"There is no article or event {min(missing)} with a text.")
    print(args.out)
    return 0


def _is_wanted(record: Record, args: argparse.Namespace) -> bool:
    if args.articles:
        return record.id in args.articles or record.event_name in args.articles
    event = record.event if isinstance(record.event, dict) else {}
    return event.get("split") == args.split if args.split else record.gold is None


def _wanted(corpus: Corpus, args: argparse.Namespace) -> list[str]:
    from ..splits import current

    if args.split:
        splits = current(corpus)
        return [article for article in corpus.articles() if splits.get(article.partition("/")[0]) == args.split]
    return corpus.to_annotate(args.articles)


def _learn(corpus: Corpus) -> Path:
    from ..corpus.documents import read_all
    from ..suggest.names import Names, learn, write_learned

    train = (d.annotation.body for d in read_all(corpus) if d.annotation and d.text and d.event and d.event.body.get("split") == "train")
    known = Names.of(corpus.schema.lexicon["gazetteer"]["entries"])
    return write_learned(corpus.schema.folder, learn(train, known))
