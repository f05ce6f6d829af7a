"""The labelling layout of a project, derived from the schema: labels, colours, keys, fields, arrows.

The text stands on the left below a bar of labels that stays in sight, the fields of the selected region on the right. What a
result holds are the ids of labels; titles in the annotator's language are for the screen only.
"""

from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from typing import Any

from ..schema.labels import Label, LabelSet, Schema
from .layout import Field, Layout, layout
from .regions import MENTION, TEXT, UNIT
from .words import FIELDS, ROLES, Words

LANGUAGES = ("id", "en")
_STYLE = """
.pinta { display: flex; gap: 12px; align-items: flex-start; }
.pinta .main { flex: 1 1 auto; min-width: 0; }
.pinta .side { flex: 0 0 250px; position: sticky; top: 0; max-height: 92vh; overflow-y: auto; border-left: 1px solid #ddd; padding-left: 10px; }
.pinta .side h3, .pinta .side h4, .pinta .side h5, .pinta .side h6 { margin: 6px 0 2px !important; font-size: 13px; line-height: 17px; }
.pinta .side .lsf-text-area { margin-top: 0 !important; }
.pinta .side .ant-form-item, .pinta .side .lsf-text-area__item { margin-bottom: 2px; }
.pinta .bar { position: sticky; top: 0; z-index: 20; background: var(--color-neutral-background, #fff); padding-bottom: 2px; }
.pinta .bar .lsf-labels { margin: 0 0 4px; }
.pinta .bar .lsf-label { font-size: 13px; line-height: 20px; padding: 0 4px; margin: 0 4px 3px 0; height: auto; }
.pinta .main h4 { margin: 4px 0 !important; font-size: 18px; line-height: 24px; }
.pinta .lsf-htx-richtext { line-height: 48px !important; font-size: 16px; }
"""
_SAYS = {
    "id": ("Bidang wilayah yang dipilih", "Panah: pilih wilayah, Alt+R, klik tujuannya, lalu beri label di panel Relations"),
    "en": ("Fields of the selected region", "Arrows: select a region, Alt+R, click where it points, then label it in the Relations panel"),
}
_ROW = 6
"""With at most so many labels a choice shows them all at once; with more it is a list that opens."""


def config_of(schema: Schema, language: str = "id") -> str:
    """The layout as the XML of Label Studio, with titles in a language (`LANGUAGES`)."""
    drawn = layout(schema)
    root = ET.Element("View", className="pinta")
    ET.SubElement(root, "Style").text = _STYLE
    main = ET.SubElement(root, "View", className="main")
    bar = ET.SubElement(main, "View", className="bar")
    _labels(bar, MENTION, ((label.id, _title(label, language), _hint(label, language), label.extra) for label in schema["entity_type"]))
    _labels(bar, UNIT, ((kind.id, kind.title(language), kind.title("en"), _keywords(kind)) for kind in drawn.kinds))
    ET.SubElement(main, "Header", value="$title", size="4")
    ET.SubElement(main, "Text", name=TEXT, value=f"${TEXT}", granularity="symbol")
    relations = ET.SubElement(main, "Relations")
    for role in drawn.role_labels:
        ET.SubElement(relations, "Relation", value=role)
    _side(ET.SubElement(root, "View", className="side"), schema, drawn, language)
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode") + "\n"


def _title(label: Label, language: str) -> str:
    return label.title_id if language == "id" else label.title


def _hint(label: Label, language: str) -> str:
    return f"{label.title}: {label.description}" if language == "id" else label.description


def _keywords(kind: Words) -> dict[str, str]:
    return {"color": kind.color, "hotkey": kind.hotkey}


def _labels(parent: ET.Element, name: str, rows: Iterable[tuple[str, str, str, Any]]) -> None:
    tag = ET.SubElement(parent, "Labels", name=name, toName=TEXT, showInline="true", choice="single")
    for id_, title, hint, extra in rows:
        ET.SubElement(tag, "Label", value=title, alias=id_, hint=hint, background=extra["color"], hotkey=extra["hotkey"])


def _side(side: ET.Element, schema: Schema, drawn: Layout, language: str) -> None:
    """The column on the right: a group of fields for each kind of region, and what arrows there are."""
    says, arrows = _SAYS[language]
    ET.SubElement(side, "Header", value=says, size="5")
    for kind in (MENTION, *(words.id for words in drawn.kinds)):
        shown = {"whenTagName": MENTION} if kind == MENTION else {"whenTagName": UNIT, "whenLabelValue": kind}
        group = ET.SubElement(side, "View", attrib={"visibleWhen": "region-selected", **shown})
        for field in drawn.fields.get(kind, ()):
            _field(group, field, schema, language, {"perRegion": "true", "visibleWhen": "region-selected", **shown})
        names = [role.label for role in drawn.roles.get(kind, ()) if role.label in ROLES]
        if names:
            said = ", ".join(f"{name} ({_words(ROLES, name, name, language)})" for name in names)
            ET.SubElement(group, "Header", value=f"→ {said}", size="6")
    ET.SubElement(side, "Header", value=arrows, size="6")


def _words(table: Any, key: str, fallback: str, language: str) -> str:
    pair: tuple[str, str] = table.get(key, (fallback, fallback))
    return pair[1] if language == "id" else pair[0]


def _field(group: ET.Element, field: Field, schema: Schema, language: str, shown: dict[str, str]) -> None:
    """A field under its title. What decides whether it shows stands on the control itself, where it is required too."""
    labels = schema[field.labels] if field.labels else None
    fallback = (labels.title_id if language == "id" else labels.title) if labels else field.key
    title = _words(FIELDS, field.control, fallback, language)
    common = {"name": field.control, "toName": TEXT, **shown}
    if field.required:
        common |= {"required": "true", "requiredMessage": title}
    if field.sort != "flag":
        ET.SubElement(group, "Header", value=title, size="6")
    if field.sort == "number":
        ET.SubElement(group, "Number", common)
    elif field.sort == "text":
        ET.SubElement(group, "TextArea", common, rows="1", maxSubmissions="1", editable="true", showSubmitButton="false")
    elif field.sort == "flag":
        tag = ET.SubElement(group, "Choices", common, choice="multiple", showInline="true")
        ET.SubElement(tag, "Choice", value=title, alias=field.key)
    elif labels:
        _choices(group, labels, language, common)


def _choices(group: ET.Element, labels: LabelSet, language: str, common: dict[str, str]) -> None:
    few = len(labels.ids) <= _ROW
    arranged = {"choice": "single-radio", "showInline": "true"} if few else {"choice": "single", "layout": "select"}
    tag = ET.SubElement(group, "Choices", {**common, **arranged})
    for label in labels:
        key = {"hotkey": str(label.get("hotkey"))} if few and label.get("hotkey") else {}
        ET.SubElement(tag, "Choice", {"value": _title(label, language), "alias": label.id, "hint": _hint(label, language), **key})


def vocabulary(config: str) -> dict[str, tuple[str, ...]]:
    """What results made with a layout can hold: the labels of each control, by its name; the arrows, under ``Relations``.

    Two layouts with one vocabulary differ in looks only.
    """
    found: dict[str, tuple[str, ...]] = {}
    for tag in ET.fromstring(config).iter():  # noqa: S314 the XML comes from here or from a server that one has the token of
        if tag.get("toName") or tag.tag == "Relations":
            name = tag.get("name") or tag.tag
            found[name] = (tag.tag, *sorted(str(inner.get("alias") or inner.get("value")) for inner in tag))
    return found


def differences(theirs: str, ours: str) -> list[str]:
    """How the vocabulary of one layout differs from that of another, in sentences; empty where it does not."""
    there, here = vocabulary(theirs), vocabulary(ours)
    said = [f"the control {name} is missing" for name in here if name not in there]
    said += [f"there is a control {name} that the schema does not know" for name in there if name not in here]
    for name in here.keys() & there.keys():
        lacks, more = set(here[name]) - set(there[name]), set(there[name]) - set(here[name])
        said += [f"{name} lacks {', '.join(sorted(lacks))}"] if lacks else []
        said += [f"{name} has {', '.join(sorted(more))}, which the schema does not know"] if more else []
    return sorted(said)


def fingerprint(config: str) -> str:
    """A short name for what results made with a layout can hold."""
    return hashlib.sha256(repr(sorted(vocabulary(config).items())).encode()).hexdigest()[:12]
