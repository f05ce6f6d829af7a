"""The page, put together: template, style, script, figures and data, as bytes in the order of the file.

Nothing that comes from data is ever markup. It stands in JSON blocks, in which every ``<``, ``>`` and ``&`` is escaped, and
the script shows it through ``textContent``. A Content-Security-Policy allows the one script and the one style by their
hashes, forbids every request, and (Trusted Types) every string that would be parsed as HTML.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from importlib import resources
from typing import Any

from ..schema.labels import Schema
from .articles import payload
from .figures import Series, dots, timeline
from .index import Index
from .labels import label_sets
from .source import Build

Json = dict[str, Any]
SCRIPTS = ("dom.js", "data.js", "filters.js", "charts.js", "overview.js", "text.js", "reader.js", "main.js")
CHUNK = 32
"""Articles in one JSON block, which the page parses when it opens the first of them."""
_HOLE = re.compile(r"%%(\w+)%%")
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})
_POLICY = (
    "default-src 'none'; script-src '{script}'; style-src '{style}'; img-src data:; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


def pieces(build: Build, schema: Schema) -> Iterator[bytes]:
    """The file in pieces. Articles pass one chunk at a time; only the index of all is kept.

    Raises:
        PintaError: the folder is no build.
    """
    version = build.manifest["version"]
    style, script = asset("style.css"), "\n".join(map(asset, SCRIPTS))
    index = Index()
    fixed = {
        "POLICY": _POLICY.format(script=source_hash(script), style=source_hash(style)),
        "STYLE": style,
        "SCRIPT": script,
        "TIMELINE": _timeline(build, schema),
        "AGREEMENT": _agreement(build),
        "BASELINES": _baselines(build),
    }
    for number, part in enumerate(_HOLE.split(asset("page.html"))):
        if number % 2 == 0:
            yield part.encode("utf-8")
        elif part == "CHUNKS":
            yield from _chunks(build, index)
        elif part == "INDEX":
            yield _block("index", {**index.as_json(), **_about(build, schema, version)})
        else:
            yield fixed[part].encode("utf-8")


def asset(name: str) -> str:
    """A file of the page."""
    return (resources.files(__package__) / "page" / name).read_text("utf-8")


def source_hash(source: str) -> str:
    """The hash by which a Content-Security-Policy allows an inline script or style."""
    return f"sha256-{base64.b64encode(hashlib.sha256(source.encode('utf-8')).digest()).decode('ascii')}"


def json_text(value: Any) -> str:
    """JSON that can stand inside ``<script>``: it holds no ``<``, so nothing in it ends or opens an element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).translate(_ESCAPES)


def _block(id_: str, value: Any) -> bytes:
    return f'<script type="application/json" id="{id_}">{json_text(value)}</script>\n'.encode()


def _chunks(build: Build, index: Index) -> Iterator[bytes]:
    held: Json = {}
    number = 0
    for row in build.articles():
        index.add(row, number)
        held[row["id"]] = payload(row)
        if len(held) == CHUNK:
            yield _block(f"chunk-{number}", held)
            held, number = {}, number + 1
    if held:
        yield _block(f"chunk-{number}", held)


def _about(build: Build, schema: Schema, version: str) -> Json:
    return {
        "name": build.manifest.get("name", "pinta"),
        "version": version,
        "labels": label_sets(schema),
        "statistics": build.statistics.get("splits", {}),
        "agreement": {name: _measured(report) for name, report in _reports(build).items()},
        "baselines": {name: _scored(report) for name, report in build.baselines.items()},
    }


def _reports(build: Build) -> dict[str, Json]:
    """Reports of agreement by the set of articles that they cover."""
    found = build.statistics.get("agreement") or {}
    return {name: report for name, report in found.items() if isinstance(report, dict) and "measures" in report}


def _measured(report: Json) -> Json:
    keys = ("articles", "annotators", "guidelines", "interval")
    return {**{key: report.get(key) for key in keys}, "measures": list(report["measures"].values())}


def _scored(report: Json) -> Json:
    return {"articles": report.get("articles"), "measures": list(report.get("measures", {}).values())}


def _timeline(build: Build, schema: Schema) -> str:
    splits = {label.id: label.title for label in schema["split"]}
    years = [(splits.get(split, split), int(date[:4])) for split, date in build.dates() if date[:4].isdecimal()]
    return timeline(years, [*splits.values(), *sorted({name for name, _ in years} - set(splits.values()))]) if years else ""


def _agreement(build: Build) -> str:
    reports = _reports(build)
    if not reports:
        return ""
    measures = next(iter(reports.values()))["measures"].values()
    return dots({"agreement": [_point(row, row) for row in measures]}, "agreement")


def _baselines(build: Build) -> str:
    series = {name: [_point(row, row["f1"]) for row in report.get("measures", {}).values()] for name, report in build.baselines.items()}
    return dots(series, "baselines") if series else ""


def _point(row: Json, figure: Json) -> Series:
    return Series(row["title"], figure["value"], figure["low"], figure["high"], row.get("aim"))
