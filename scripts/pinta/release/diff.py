"""What changed between two versions: articles, and in their annotations every unit, with its words and place.

A side is a release (its record: which articles changed), a published folder (its Parquet: every unit), the working tree,
or a store (`pinta.jobs.side`). Units are matched by what they stand on (spans, names), never by their ids, which are numbers without meaning.
"""

from __future__ import annotations

import difflib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..checks.run import Checker
from ..corpus.documents import read_all
from ..corpus.layout import Corpus
from ..diagnostics import FindingsError, PintaError
from ..markdown import table
from ..statistics import Statistics
from .manifest import NAME, column_hashes, gold_digest, read_manifest, with_articles
from .record import compare, parse_version, records

Json = dict[str, Any]
_UNITS = ("articles", "mentions", "entities", "claims", "stances", "requests", "items", "quantities", "specifications")


@dataclass(frozen=True, slots=True)
class UnitChange:
    """One unit that was added, removed or changed. ``start`` is in code points; ``fields`` holds (name, before, after)."""

    article: str
    layer: str
    label: str
    kind: str
    quote: str
    start: int | None
    fields: tuple[tuple[str, Any, Any], ...] = ()


@dataclass
class Side:
    """One side of a comparison: a name, a manifest-like record, figures, and annotations where they can be had."""

    name: str
    record: Json
    figures: Json
    annotation: Callable[[str], Json] | None


@dataclass
class Diff:
    """Everything that changed from one side to the other."""

    old: str
    new: str
    added: list[str]
    removed: list[str]
    texts: list[str]
    gold: list[str]
    moved: list[str]
    schema: tuple[str, str]
    columns: list[str]
    units: list[UnitChange] = field(default_factory=list)
    figures: list[tuple[str, int, int]] = field(default_factory=list)


def side(corpus: Corpus, name: str) -> Side:
    """A side by its name: a version, a published folder, or ``.`` for the working tree.

    Raises:
        PintaError: it is none of these.
    """
    path = Path(name)
    if (path / NAME).is_file():
        return _folder(path)
    if name == "." or (path / "corpus").is_dir():
        return _tree(corpus if name == "." else Corpus(path.resolve()))
    known = records(corpus)
    record = known.get(parse_version(name)) if name[:1].isdigit() else None
    if record is None:
        names = ", ".join(".".join(map(str, version)) for version in known) or "none yet"
        raise PintaError(f"{name} is no release, no published folder, no store and not the working tree (.). Releases: {names}.")
    return Side(name, record, record.get("figures", {}), None)


def _folder(path: Path) -> Side:
    manifest = with_articles(read_manifest(path), path)
    figures = json.loads((path / "statistics.json").read_bytes())["splits"]
    files = [file for config in ("articles", "standoff") for file in sorted(path.glob(f"data/{config}/*.parquet"))]
    where = {row["id"]: (file, n) for file in files for n, row in enumerate(_ids(file))}

    @lru_cache(maxsize=1)
    def table_of(file: Path) -> Any:
        import pyarrow.parquet as pq

        return pq.read_table(file)

    def annotation(article: str) -> Json:
        if article not in where:
            return {}
        file, row = where[article]
        found: Json = table_of(file).slice(row, 1).to_pylist()[0]
        return found

    return Side(f"{path} ({manifest['version']})", manifest, figures, annotation)


def _ids(file: Path) -> list[Json]:
    import pyarrow.parquet as pq

    rows: list[Json] = pq.read_table(file, columns=["id"]).to_pylist()
    return rows


def _tree(corpus: Corpus) -> Side:
    """The working tree.

    Raises:
        FindingsError: documents in it cannot be read as what they should be.
    """
    statistics, articles, bodies = Statistics(), {}, {}
    checker = Checker(corpus.schema)
    for document in read_all(corpus):
        findings = [finding for finding in checker.check(document) if finding.level == "error"]
        if findings:
            raise FindingsError(findings)
        if document.annotation is None:
            continue
        statistics.add(document)
        event = document.event.body if document.event else {}
        gold = gold_digest(document.annotation.value)
        articles[document.id] = {"text": document.article.body.get("text_sha256"), "gold": gold, "split": event.get("split")}
        bodies[document.id] = {**document.annotation.body, "text": document.text}
    record = {"articles": articles, "schema_version": corpus.schema.version, "columns": column_hashes(corpus.schema)}
    return Side("working tree", record, statistics.as_json(), lambda article: bodies.get(article, {}))


def diff(old: Side, new: Side) -> Diff:
    """Compare two sides; units only where both have annotations."""
    change = compare(old.record, new.record)
    result = Diff(old.name, new.name, **asdict(change))
    if old.annotation and new.annotation:
        for article in change.gold:
            before, after = old.annotation(article), new.annotation(article)
            if article in change.texts:
                before = _carried(before, after)
            result.units.extend(unit_changes(article, before, after))
    result.figures = _figures(old.figures, new.figures)
    return result


def _carried(old: Json, new: Json) -> Json:
    """The old annotation on the offsets of a changed text, so that only what was annotated otherwise differs."""
    before, after = old.get("text"), new.get("text")
    if before is None or after is None:
        return old
    blocks = difflib.SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    now = {block.a + n: block.b + n for block in blocks for n in range(block.size)}

    def carried(value: Any) -> Any:
        if isinstance(value, list):
            return [carried(inner) for inner in value]
        if not isinstance(value, dict):
            return value
        value = {key: carried(inner) for key, inner in value.items()}
        if "quote" in value and value["start"] in now and value["end"] - 1 in now:
            value |= {"start": now[value["start"]], "end": now[value["end"] - 1] + 1}
        return value

    return {key: carried(value) for key, value in old.items()}


def _figures(old: Json, new: Json) -> list[tuple[str, int, int]]:
    before, after = (Counter({name: sum(split.get(name, 0) for split in side.values()) for name in _UNITS}) for side in (old, new))
    return [(name, before[name], after[name]) for name in _UNITS] if old and new else []


def unit_changes(article: str, old: Json, new: Json) -> Iterator[UnitChange]:
    """The units of two annotation documents of one text that differ."""
    for layer in ("mentions", "entities", "claims", "stances", "requests", "items"):
        before, after = (_keyed(_units(document, layer)) for document in (old, new))
        for key in sorted({*before, *after}, key=str):
            yield from _unit(article, layer, before.get(key), after.get(key))


def _unit(article: str, layer: str, old: Json | None, new: Json | None) -> Iterator[UnitChange]:
    shown = new or old or {}
    label, quote, start = shown["label"], shown["quote"], shown["start"]
    if old is None or new is None:
        yield UnitChange(article, layer, label, "added" if old is None else "removed", quote, start)
        return
    fields = tuple((name, old["fields"].get(name), value) for name, value in new["fields"].items() if old["fields"].get(name) != value)
    if fields:
        yield UnitChange(article, layer, label, "changed", quote, start, fields)


def _keyed(units: Iterable[Json]) -> dict[Any, Json]:
    """Units by key; a second one with the same key gets a number."""
    result: dict[Any, Json] = {}
    for unit in units:
        key, n = unit["key"], 1
        while (key, n) in result:
            n += 1
        result[(key, n)] = unit
    return result


def _units(document: Json, layer: str) -> Iterator[Json]:
    if document:
        names = {entity["id"]: entity["name"] for entity in document["entities"]}
        yield from _LAYERS[layer](document, names)


def _row(key: Any, label: str, quote: str, start: int | None, fields: Json) -> Json:
    return {"key": key, "label": label, "quote": quote, "start": start, "fields": fields}


def _spans(spans: Iterable[Json]) -> list[str]:
    return [f"[{span['start']}, {span['end']})" for span in spans]


def _mentions(document: Json, _: Json) -> Iterator[Json]:
    for m in document["mentions"]:
        yield _row((m["start"], m["end"]), m["type"], m["quote"], m["start"], {key: m[key] for key in ("type", "metonym")})


def _entities(document: Json, _: Json) -> Iterator[Json]:
    spans = {mention["id"]: mention["start"] for mention in document["mentions"]}
    for e in document["entities"]:
        first = min((spans.get(id_, 0) for id_ in e["mentions"]), default=None)
        yield _row(
            first,
            e["type"],
            e["name"],
            first,
            {
                **{key: e[key] for key in ("name", "type", "wikidata", "iso3")},
                "mentions": sorted(spans.get(id_, -1) for id_ in e["mentions"]),
            },
        )


def _claims(document: Json, names: Json) -> Iterator[Json]:
    for c in document["claims"]:
        yield _row((c["start"], c["end"]), c["kind"], c["quote"], c["start"], {"kind": c["kind"], "author": names.get(c["author"])})


def _target(document: Json, names: Json, id_: str) -> str:
    if id_ in names:
        return str(names[id_])
    unit = next((u for layer in ("claims", "requests") for u in document[layer] if u["id"] == id_), None)
    return f"{'claim' if id_.startswith('c') else 'request'} at {(unit or {}).get('start') or ((unit or {}).get('cue') or {}).get('start')}"


def _stances(document: Json, names: Json) -> Iterator[Json]:
    for s in document["stances"]:
        target = _target(document, names, s["target"])
        start = (s["cue"] or s["evidence"][0])["start"]
        fields = {key: s[key] for key in ("explicitness", "negated")} | {
            "voiced_by": names.get(s["voiced_by"]),
            "attribution": [names[a] for a in s["attribution"]],
            "cue": _spans([s["cue"]] if s["cue"] else []),
            "evidence": _spans(s["evidence"]),
        }
        yield _row((names[s["holder"]], s["act"], target), s["act"], f"{names[s['holder']]} {s['act']} {target}", start, fields)


def _requests(document: Json, names: Json) -> Iterator[Json]:
    for r in document["requests"]:
        asked = ", ".join(names[id_] for id_ in r["suppliers"]) or "nobody in particular"
        fields = {key: r[key] for key in ("channel", "purpose", "realis", "status")}
        fields |= {
            "messenger": names.get(r["messenger"]),
            "attribution": [names[a] for a in r["attribution"]],
            "date": (r["date"] or {}).get("edtf"),
            "cue": _spans([r["cue"]]),
            "evidence": _spans(r["evidence"]),
        }
        yield _row(
            (names[r["requester"]], asked, r["cue"]["start"]), r["channel"], f"{names[r['requester']]} → {asked}", r["cue"]["start"], fields
        )


def _items(document: Json, names: Json) -> Iterator[Json]:
    for r in document["requests"]:
        for i in r["items"]:
            fields = {key: i[key] for key in ("kind", "category", "designation")}
            fields |= {"quantity": _measure(i["quantity"]), "specifications": [_measure(s) for s in i["specifications"]]}
            yield _row(
                (names[r["requester"]], tuple(names[s] for s in r["suppliers"]), r["cue"]["start"], i["start"], i["end"]),
                i["category"],
                i["quote"],
                i["start"],
                fields,
            )


def _measure(measured: Json | None) -> str | None:
    if not measured:
        return None
    parts = (
        measured.get("attribute"),
        measured["comparator"],
        measured["value"],
        measured["value_max"],
        measured["unit"],
        measured["start"],
    )
    return " ".join(map(_number, (part for part in parts if part is not None)))


def _number(part: Any) -> str:
    """A number as JSON and Parquet agree on it: 12 in one is 12.0 in the other."""
    return str(int(part)) if isinstance(part, float) and part.is_integer() else str(part)


_LAYERS: dict[str, Callable[[Json, Json], Iterator[Json]]] = {
    "mentions": _mentions,
    "entities": _entities,
    "claims": _claims,
    "stances": _stances,
    "requests": _requests,
    "items": _items,
}


def as_json(found: Diff) -> str:
    """The diff as a JSON object."""
    return json.dumps(asdict(found), ensure_ascii=False, indent=1)


def as_text(found: Diff) -> str:
    """The diff as lines, for a terminal."""
    lines = [f"{found.old} → {found.new}", *_schema_lines(found)]
    for name in ("added", "removed", "texts", "moved"):
        lines += [f"{_HEADS[name]}: {id_}" for id_ in getattr(found, name)]
    lines += [f"annotation changed: {id_}" for id_ in _untold(found)]
    lines += [_unit_line(unit) for unit in found.units]
    lines += [f"{name}: {before} → {after}" for name, before, after in found.figures if before != after]
    return "\n".join(lines if len(lines) > 1 else [*lines, "nothing changed"])


def _untold(found: Diff) -> list[str]:
    """Articles whose annotation changed in no unit, or of which the units are not known."""
    told = {unit.article for unit in found.units}
    return [id_ for id_ in found.gold if id_ not in told]


def _schema_lines(found: Diff) -> list[str]:
    lines = [f"schema: {found.schema[0]} → {found.schema[1]}"] if found.schema[0] != found.schema[1] else []
    return lines + [f"columns changed: {config}" for config in found.columns]


_HEADS = {"added": "article added", "removed": "article removed", "texts": "text changed", "moved": "event moved to another split"}


def _unit_line(unit: UnitChange) -> str:
    changed = "; ".join(f"{name}: {before} → {after}" for name, before, after in unit.fields)
    return f"{unit.article}:{unit.start}: {unit.layer} {unit.label} {unit.kind}: {unit.quote!r}{f' ({changed})' if changed else ''}"


def as_markdown(found: Diff) -> str:
    """The diff as release notes."""
    parts = [f"## {found.old} → {found.new}", "\n".join(f"- {line}" for line in _schema_lines(found))]
    for name in ("added", "removed", "texts", "moved"):
        ids = getattr(found, name)
        if ids:
            parts.append(f"### {_HEADS[name].capitalize()} ({len(ids)})\n\n" + "\n".join(f"- `{id_}`" for id_ in ids))
    if found.gold:
        layers = Counter((unit.layer, unit.label, unit.kind) for unit in found.units)
        parts.append(f"### Annotations changed ({len(found.gold)} articles)")
        parts.append(table(["layer", "label", "change", "units"], ([*key, n] for key, n in sorted(layers.items()))) if layers else "")
        parts.append("\n".join([*(f"- `{id_}`" for id_ in _untold(found)), *(f"- {_unit_line(unit)}" for unit in found.units)]))
    if found.figures:
        parts.append("### Figures\n\n" + table(["", "before", "after"], found.figures))
    return "\n\n".join(part for part in parts if part)


FORMATS: dict[str, Callable[[Diff], str]] = {"text": as_text, "json": as_json, "markdown": as_markdown}
