"""The index: what the page must know of all articles before one is opened. It grows by one short row an article."""

from __future__ import annotations

from collections import Counter
from typing import Any

Json = dict[str, Any]
_SLOTS = ("status", "channel", "purpose", "realis")


class Index:
    """Collects articles as they pass. Parties are numbered across articles: by country code, Wikidata item, or type and name."""

    def __init__(self) -> None:
        self.articles: list[Json] = []
        self._events: dict[str, Json] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._parties: list[Json] = []
        self._names: list[Counter[str]] = []

    def add(self, row: Json, chunk: int) -> None:
        """Take an article whose payload stands in a chunk."""
        self._events.setdefault(row["event"], {"id": row["event"], "title": row["event_title"], "date": row["event_date"]})
        entities = {entity["id"]: entity for entity in row["entities"]}
        numbers = {id_: self._party(entity) for id_, entity in entities.items() if id_ in _actors(row)}
        head = {key: row[key] for key in ("id", "event", "title", "genre", "split", "language")}
        requests = [_request(request, numbers) for request in row["requests"]]
        stances = [_stance(stance, row, numbers) for stance in row["stances"]]
        kind = row["annotator"]["kind"]
        self.articles.append({**head, "by": kind, "chunk": chunk, "requests": requests, "stances": stances})

    def _party(self, entity: Json) -> int:
        key = next((scheme, entity[scheme]) for scheme in ("iso3", "wikidata", "name") if entity[scheme])
        if key[0] == "name":
            key = (entity["type"], entity["name"])
        if key not in self._numbers:
            self._numbers[key] = len(self._parties)
            self._parties.append({"type": entity["type"], "iso3": entity["iso3"], "wikidata": entity["wikidata"]})
            self._names.append(Counter())
        number = self._numbers[key]
        self._names[number][entity["name"]] += 1
        return number

    def as_json(self) -> Json:
        """The index; a party goes by the name that most articles give it."""
        names = [min(names, key=lambda name: (-names[name], name)) for names in self._names]
        parties = [{"name": name, **party} for name, party in zip(names, self._parties, strict=True)]
        articles = sorted(self.articles, key=lambda article: str(article["id"]))
        return {"events": list(self._events.values()), "parties": parties, "articles": articles}


def _actors(row: Json) -> set[str]:
    """Entities that fill a slot of a request or a stance, or make a claim."""
    found = {claim["author"] for claim in row["claims"]}
    for stance in row["stances"]:
        found |= {stance["holder"], stance["target"]}
    for request in row["requests"]:
        found |= {request["requester"], *request["suppliers"]}
    return found


def _request(request: Json, numbers: dict[str, int]) -> Json:
    supplier = numbers[request["suppliers"][0]] if request["suppliers"] else None
    items = [[item["kind"], item["category"]] for item in request["items"]]
    slots = {slot: request[slot] for slot in _SLOTS}
    return {"id": request["id"], "from": numbers[request["requester"]], "to": supplier, **slots, "items": items}


def _stance(stance: Json, row: Json, numbers: dict[str, int]) -> Json:
    """The target as a party: of a request it is the one who asks, of a claim its author, who may be unknown."""
    owner = {request["id"]: request["requester"] for request in row["requests"]}
    owner |= {claim["id"]: claim["author"] for claim in row["claims"]}
    target = owner.get(stance["target"], stance["target"])
    toward = numbers[target] if target else None
    return {"id": stance["id"], "from": numbers[stance["holder"]], "to": toward, "act": stance["act"], "negated": stance["negated"]}
