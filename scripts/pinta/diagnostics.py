"""Findings: what a check says of a document, with an address and the mend."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

Pointer = tuple[str | int, ...]
"""Path to a value in a JSON document, as keys and indices from the root."""

LEVELS = ("error", "warning")


class PintaError(Exception):
    """Something a user can mend. Its text is shown as it is, without a traceback."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong, where, and how to mend it. ``line`` and ``column`` count from 1."""

    path: str
    line: int
    column: int
    id: str
    level: str
    message: str
    mend: str
    pointer: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.id} {self.message}\n    {self.mend}"


class FindingsError(PintaError):
    """Work that was refused because of errors; warnings among the findings are left out."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = sorted(finding for finding in findings if finding.level == "error")
        super().__init__(as_text(self.findings))


def pointer_text(pointer: Pointer) -> str:
    """A pointer in the notation of RFC 6901."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in pointer)


def as_text(findings: list[Finding]) -> str:
    """Two lines a finding: where and what; how to mend."""
    return "\n".join(map(str, findings))


def abridged(findings: Iterable[Finding], limit: int = 10) -> str:
    """As text, with at most ``limit`` findings of one id; says how many were left out."""
    seen: Counter[str] = Counter()
    lines = []
    for finding in findings:
        seen[finding.id] += 1
        if seen[finding.id] <= limit:
            lines.append(str(finding))
    more = [f"… and {count - limit} more {id_}" for id_, count in sorted(seen.items()) if count > limit]
    return "\n".join(lines + more)


def as_json(findings: list[Finding]) -> str:
    """A JSON array of findings."""
    return json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1)


def as_github(findings: list[Finding]) -> str:
    """Workflow commands that a forge's CI shows beside the line."""
    return "\n".join(
        f"::{f.level} file={_escaped(f.path, ':,')},line={f.line},col={f.column},title={f.id}::{_escaped(f.message)}%0A{_escaped(f.mend)}"
        for f in findings
    )


def _escaped(text: str, more: str = "") -> str:
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def as_sarif(findings: list[Finding]) -> str:
    """A SARIF 2.1.0 log."""
    rules = sorted({finding.id for finding in findings})
    results = [_sarif_result(finding) for finding in findings]
    run = {
        "tool": {"driver": {"name": "pinta", "rules": [{"id": rule} for rule in rules]}},
        "results": results,
        "columnKind": "unicodeCodePoints",
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)


def _sarif_result(finding: Finding) -> dict[str, Any]:
    region = {"startLine": finding.line, "startColumn": finding.column}
    place = {"physicalLocation": {"artifactLocation": {"uri": finding.path}, "region": region}}
    text = f"{finding.message} {finding.mend}"
    return {"ruleId": finding.id, "level": finding.level, "message": {"text": text}, "locations": [place]}


FORMATS: dict[str, Callable[[list[Finding]], str]] = {"text": as_text, "json": as_json, "github": as_github, "sarif": as_sarif}
