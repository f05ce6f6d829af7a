"""Propose a split for events that have none, balanced over decade, supplier and item category.

Events that have a split keep it. --write puts the proposals into the event files. --again deals all events anew and is
refused once there is a release: splits of released events never move.
"""

from __future__ import annotations

import argparse

from ..corpus.layout import find_corpus
from ..diagnostics import PintaError


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--write", action="store_true", help="write the splits into the event files")
    parser.add_argument("--again", action="store_true", help="deal all events anew (only before the first release)")


def run(args: argparse.Namespace) -> int:
    from collections import Counter

    from ..corpus.documents import read_json
    from ..files import write_whole
    from ..jsontext import dumps
    from ..splits import current, deal, deals

    corpus = find_corpus(args.root)
    if args.again and any((corpus.root / "releases").glob("*.json")):
        raise PintaError("There is a release: its events keep their splits for ever.")
    before = current(corpus)
    events = deals(corpus)
    after = deal(events, {} if args.again else before)
    for event, split in after.items():
        if before.get(event) != split:
            print(f"{event}: {split}")
            if args.write:
                path = corpus.event_path(event)
                write_whole(path, dumps({**read_json(corpus, path).body, "split": split}))
    weights = {one.event: one.weight for one in events}
    count = Counter({split: sum(weights[event] for event, own in after.items() if own == split) for split in after.values()})
    print(", ".join(f"{split}: {count[split]} articles in {list(after.values()).count(split)} events" for split in sorted(count)))
    return 0
