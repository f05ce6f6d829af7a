"""Make N realistic documents from the corpus: sentences and their annotations put together anew, told of other parties.

    python benchmarks/generate.py --count 200000 --seed 7 --store /tmp/store --format zst --workers 2
    python benchmarks/generate.py --count 10000 --seed 7 --folder /tmp/ten-thousand
    python benchmarks/generate.py --count 1000 --seed 7 --out articles.jsonl

`--store` writes a store, `--folder` the folders of a corpus, `--out` the bare records, one a line. A seed gives the same
documents always, and a smaller count gives the first ones of a larger. Every document passes `pinta check`; one in
twenty has an annotator's pass beside its gold annotation, one in a hundred may not show its text.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Any

import orjson
from pieces import Json, Mention, Party, Piece, Spot, Thing, cut

from pinta.corpus.documents import read_all
from pinta.corpus.layout import Corpus, find_corpus
from pinta.corpus.restricted import without_quotes
from pinta.jsontext import dumps
from pinta.store.folder import other_files
from pinta.store.place import Place
from pinta.store.records import Record, record_of
from pinta.store.writing import StoreWriter

_CAST = {"state": 5, "person": 6}
_OTHERS = 3
_SHARES = (("train", 0.7), ("validation", 0.8), ("test", 1.0))
_MOST = 6
"""Articles of an event: one to six, each number as likely."""
_PASSES, _RESTRICTED = 0.05, 0.01
_SHORTEST, _LARGEST = 600, 0.35
"""Code points of the shortest text, and the share of a text that one piece may be: more, and texts would be near-copies."""
_BLOCK = 60
"""Events that a worker makes at a time."""
_ANNOTATOR = {"id": "a", "kind": "human"}
_OF_A_RESTRICTED_TEXT = ("origin", "licence", "text_included", "source")


class Generator:
    """The pieces of a corpus, and what makes documents of them."""

    def __init__(self, corpus: Corpus) -> None:
        found = list(read_all(corpus))
        documents = [document for document in found if document.text and document.annotation and document.event]
        self.restricted = [document.article.body for document in found if not document.article.body["text_included"]]
        self.pieces, parties = cut(documents, corpus.schema)
        self.parties: dict[str, list[Thing]] = {}
        for thing in parties:
            self.parties.setdefault(thing.type, []).append(thing)
        self.articles = [document.article.body for document in documents]
        self.sizes = [max(_SHORTEST, len(document.text or "")) for document in documents]
        self.events = list({d.event.path: d.event.body for d in documents if d.event}.values())
        self.annotators = [document.annotation.body["annotator"] for document in documents if document.annotation]

    def records(self, seed: int) -> Iterator[Json]:
        """Records without end, in the order of their ids."""
        return (record for number in count() for record in self.event(seed, number))

    def event(self, seed: int, number: int) -> Iterator[Json]:
        """The records of one event: from the seed and the number of the event alone."""
        chance = random.Random(f"{seed}/{number}")  # a str: the same numbers on every machine
        name, draw = f"sintetis-{number:07d}", chance.random()
        split = next(split for split, share in _SHARES if draw < share)
        event = {**chance.choice(self.events), "id": name, "split": split}
        for n in range(1, chance.randint(1, _MOST) + 1):
            record, draw = self._record(f"{name}/{n:02d}", event, chance), chance.random()
            if draw < _PASSES:
                own = {**record["gold"]["annotator"], **_ANNOTATOR}
                record["passes"] = [{"annotator": own["id"], "annotation": {**record["gold"], "annotator": own}}]
            elif draw > 1 - _RESTRICTED and self.restricted:
                record = _without_text(record, self.restricted[0])
            yield record

    def _record(self, id_: str, event: Json, chance: random.Random) -> Json:
        story, draw, pieces = _Story(self, chance), chance.random, self.pieces
        size = chance.choice(self.sizes)
        while story.size < size:
            piece = pieces[int(draw() * len(pieces))]
            if piece.size < size * _LARGEST:
                story.tell(piece)
        text = story.text()
        digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
        about = chance.choice(self.articles)
        article = {**about, "id": id_, "title": chance.choice(self.articles)["title"], "text_sha256": digest, "characters": len(text)}
        gold = {"article": id_, "text_sha256": digest, "annotator": chance.choice(self.annotators), **story.annotation(text)}
        return {"id": id_, "event": event, "article": article, "text": text, "gold": gold, "passes": []}


def _without_text(record: Json, like: Json) -> Json:
    """A record whose text is not there, like that of a real article; its gold annotation has anchors and no quotes."""
    article = {**record["article"], **{key: like[key] for key in _OF_A_RESTRICTED_TEXT}}
    return {**record, "article": article, "text": None, "gold": without_quotes(record["gold"], record["text"])}


class _Story:
    """A text in the making."""

    def __init__(self, generator: Generator, chance: random.Random) -> None:
        self.chance, self.size = chance, 0
        self._parties = generator.parties
        self._cast: dict[str, list[Thing]] = {}
        self._words: list[str] = []
        self._left = 0
        self._entities: dict[int, tuple[str, Thing, list[str]]] = {}
        self._mentions: list[Json] = []
        self._seen: set[tuple[Any, ...]] = set()
        self._units: list[tuple[Piece, list[str], int, list[int], dict[str, str]]] = []
        self._counts = dict.fromkeys("csri", 0)

    def tell(self, piece: Piece) -> None:
        """Add a piece, told of the parties of this story; not where it would repeat a stance."""
        things = self._things(piece)
        if piece.stances and self._repeats(piece, things):
            return
        base = self._separate()
        shifts = self._say(piece, things)
        ids = [self._entity(thing) for thing in things]
        for n, ((low, high, before, upto), number, metonym, *_) in enumerate(piece.mentions, len(self._mentions) + 1):
            thing, id_ = things[number], f"m{n}"
            start, end, kept = base + low + shifts[before], base + high + shifts[upto], metonym and bool(thing.metonyms)
            self._mentions.append({"id": id_, "start": start, "end": end, "quote": "", "type": thing.type, "metonym": kept})
            self._entities[id(thing)][2].append(id_)
        if piece.stances or piece.requests or piece.claims:
            self._units.append((piece, ids, base, shifts, self._numbers(piece)))

    def _repeats(self, piece: Piece, things: list[Thing]) -> bool:
        """Whether a stance of a piece has been told before; if not, it counts as told from now on."""
        told = [(s["holder"], s["act"], s["target"], s["negated"]) for s in piece.stances if isinstance(s["target"], Party)]
        keys = {(id(things[holder]), act, id(things[target]), negated) for holder, act, target, negated in told}
        if keys & self._seen:
            return True
        self._seen |= keys
        return False

    def _things(self, piece: Piece) -> list[Thing]:
        """Who plays the parties of a piece: no two of them the same, and none one that the piece names anyway."""
        taken = {id(thing) for thing, free in zip(piece.things, piece.free, strict=True) if not free}
        found = []
        for thing, free in zip(piece.things, piece.free, strict=True):
            if free:
                cast = self._cast_of(thing.type)
                cast.append(cast.pop(0))
                thing = next((one for one in cast if id(one) not in taken), None) or self._stranger(thing.type, taken)
                taken.add(id(thing))
            found.append(thing)
        return found

    def _cast_of(self, kind: str) -> list[Thing]:
        if kind not in self._cast:
            known = self._parties[kind]
            self._cast[kind] = self.chance.sample(known, min(len(known), _CAST.get(kind, _OTHERS)))
        return self._cast[kind]

    def _stranger(self, kind: str, taken: set[int]) -> Thing:
        return next(thing for thing in self._parties[kind] if id(thing) not in taken)

    def _separate(self) -> int:
        """Begin a sentence or a paragraph; gives the code point at which the piece begins."""
        if self._words:
            self._left -= 1
            self._words.append(" " if self._left > 0 else "\n\n")
            self.size += len(self._words[-1])
        if self._left <= 0:
            self._left = self.chance.randint(2, 5)
        return self.size

    def _say(self, piece: Piece, things: list[Thing]) -> list[int]:
        """Write the words of a piece; gives how far all is shifted behind each number of slots."""
        shift, shifts = 0, [0]
        for part, mention in zip(piece.parts, piece.slots, strict=False):
            name = _name(things[mention.thing], mention)
            self._words += (part, name)
            shift += len(name) - mention.length
            shifts.append(shift)
        self._words.append(piece.parts[-1])
        self.size += piece.size + shift
        return shifts

    def _entity(self, thing: Thing) -> str:
        return self._entities.setdefault(id(thing), (f"e{len(self._entities) + 1}", thing, []))[0]

    def _numbers(self, piece: Piece) -> dict[str, str]:
        """New ids of the claims, stances and requests of a piece."""
        made = {}
        items = [item for request in piece.requests for item in request["items"]]
        for unit in [*piece.claims, *piece.stances, *piece.requests, *items]:
            kind = unit["id"][0]
            self._counts[kind] += 1
            made[unit["id"]] = f"{kind}{self._counts[kind]}"
        return made

    def text(self) -> str:
        """The whole text."""
        return "".join(self._words) + "\n"

    def annotation(self, text: str) -> Json:
        """The layers of the annotation."""
        for mention in self._mentions:
            mention["quote"] = text[mention["start"] : mention["end"]]
        entities = [_entity(*entity) for entity in self._entities.values()]
        layers: dict[str, list[Json]] = {"claims": [], "stances": [], "requests": []}
        for piece, ids, base, shifts, numbers in self._units:
            teller = _Teller(text, ids, base, shifts, numbers)
            for layer, found in layers.items():
                found += [teller.unit(unit) for unit in getattr(piece, layer)]
        return {"mentions": self._mentions, "entities": entities, **layers}


def _name(thing: Thing, mention: Mention) -> str:
    names = thing.metonyms if mention.metonym and thing.metonyms else thing.forms
    return names[min(mention.rank, len(names) - 1)]


def _entity(id_: str, thing: Thing, mentions: list[str]) -> Json:
    return {
        "id": id_,
        "type": thing.type,
        "name": thing.name,
        "mentions": mentions,
        "wikidata": thing.wikidata,
        "iso3": thing.iso3,
    }


class _Teller:
    """Writes units of a piece with the offsets and ids of a document."""

    def __init__(self, text: str, ids: list[str], base: int, shifts: list[int], numbers: dict[str, str]) -> None:
        self.text, self.ids, self.base, self.shifts, self.numbers = text, ids, base, shifts, numbers

    def unit(self, unit: Json) -> Json:
        made: Json = self._value(unit)
        made["id"] = self.numbers[unit["id"]]
        if type(unit.get("target")) is str:
            made["target"] = self.numbers[unit["target"]]
        for item in made.get("items", ()):
            item["id"] = self.numbers[item["id"]]
        return made

    def _value(self, value: Any) -> Any:
        kind = type(value)
        if kind is Party:
            return self.ids[value]
        if kind is dict:
            made = {}
            for key, inner in value.items():
                if key == "at":
                    made.update(self._span(inner))
                else:
                    made[key] = inner if type(inner) is str else self._value(inner)
            return made
        return [self._value(inner) for inner in value] if kind is list else value

    def _span(self, place: Spot) -> Json:
        start = self.base + place.start + self.shifts[place.before]
        end = self.base + place.end + self.shifts[place.upto]
        return {"start": start, "end": end, "quote": self.text[start:end]}


def lines(corpus: Corpus, count: int, seed: int, workers: int = 1) -> Iterator[bytes]:
    """Records as lines of JSON, without line ends; the same with any number of workers."""
    if workers == 1:
        yield from map(orjson.dumps, islice(Generator(corpus).records(seed), count))
        return
    with multiprocessing.get_context("spawn").Pool(workers, _begin, (corpus.root, seed)) as pool:
        blocks = pool.imap(_block, range(0, count, _BLOCK))  # an event has at least one article: never too few
        yield from islice((line for block in blocks for line in block), count)


_here: tuple[Generator, int]


def _begin(root: Path, seed: int) -> None:
    global _here
    _here = Generator(Corpus(root)), seed


def _block(first: int) -> list[bytes]:
    generator, seed = _here
    return [orjson.dumps(record) for number in range(first, first + _BLOCK) for record in generator.event(seed, number)]


def write_lines(path: Path, found: Iterator[bytes]) -> None:
    """Write records to a file; compressed where its name ends in .zst."""
    with path.open("wb") as out:
        if path.suffix != ".zst":
            out.writelines(line + b"\n" for line in found)
            return
        import zstandard

        with zstandard.ZstdCompressor(level=3).stream_writer(out) as packed:
            for line in found:
                packed.write(line + b"\n")


def write_folder(root: Path, like: Corpus, records: Iterator[Json]) -> Corpus:
    """Write the folders of a corpus that hold some records, with the schema of another one."""
    shutil.copytree(like.root / "schema", root / "schema")
    (root / "corpus").mkdir()
    (root / "corpus" / "VERSION").write_text("0.0.0\n", "utf-8")
    made = Corpus(root)
    for record in records:
        made.articles_folder.joinpath(record["event"]["id"]).mkdir(exist_ok=True)
        made.gold_path(record["id"]).parent.mkdir(parents=True, exist_ok=True)
        made.event_path(record["event"]["id"]).write_bytes(dumps(record["event"]))
        made.article_path(record["id"]).write_bytes(dumps(record["article"]))
        made.gold_path(record["id"]).write_bytes(dumps(record["gold"]))
        if record["text"] is not None:
            made.text_path(record["id"]).write_bytes(record["text"].encode("utf-8"))
        for one in record["passes"]:
            path = made.pass_path(one["annotator"], record["id"])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(dumps(one["annotation"]))
    return made


@dataclass(frozen=True, slots=True)
class _Ready(Record):
    """A record whose line is there already; writers of lines ask for no more."""

    ready: bytes = b""

    def line(self) -> bytes:
        return self.ready


def _id(line: bytes) -> str:
    return line[len(b'{"id":"') : line.index(b'",')].decode("ascii")


def write_store(where: Path, like: Corpus, found: Iterator[bytes], format: str) -> None:
    """Write records into a store, beside the schema, card and licence of another corpus."""
    writer = StoreWriter(Place(str(where)), format, schema_version=like.schema.version)
    for line in found:
        writer.add(record_of(orjson.loads(line)) if format == "parquet" else _Ready(_id(line), ready=line))
    for name, path in other_files(like):
        writer.add_file(name, path.read_bytes())
    writer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000, help="how many documents (default: 1000)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--workers", type=int, default=1, help="processes that make the lines (default: 1)")
    parser.add_argument("--root", type=Path, default=Path(__file__).parent, help="the corpus to take apart (default: this one)")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, metavar="FILE", help="JSON Lines; NAME.zst is compressed")
    where.add_argument("--folder", type=Path, metavar="DIR", help="a new folder, laid out as a corpus")
    where.add_argument("--store", type=Path, metavar="DIR", help="a new folder, which becomes a store")
    parser.add_argument("--format", choices=["jsonl", "zst", "parquet"], default="jsonl", help="of the store's shards (default: jsonl)")
    args = parser.parse_args()
    corpus = find_corpus(args.root)
    if args.out or args.store:
        found = lines(corpus, args.count, args.seed, args.workers)
        format_ = {"zst": "jsonl.zst"}.get(args.format, args.format)
        write_lines(args.out, found) if args.out else write_store(args.store, corpus, found, format_)
    else:
        write_folder(args.folder, corpus, islice(Generator(corpus).records(args.seed), args.count))


if __name__ == "__main__":
    main()
