"""Labels stand in one place; whatever is derived follows it without a line of Python."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pinta.diagnostics import PintaError
from pinta.draft import resolve
from pinta.markdown import fill_labels, label_tables, table
from pinta.schema.arrow import arrow_schema, arrow_type
from pinta.schema.features import CONFIGS, bio, classes_of, columns
from pinta.schema.labels import Schema, load_schema
from pinta.schema.validate import Validator
from pinta.tables import polarity
from tiny import REPOSITORY, TinyCorpus, draft_of

NEW_TYPE = {
    "const": "vessel",
    "title": "Named vessel",
    "x-title-id": "Kapal bernama",
    "description": "A ship with a name.",
    "x-color": "#123456",
    "x-actor": True,
}


def test_a_new_entity_type_in_the_schema_is_all_it_takes(corpus: TinyCorpus) -> None:
    corpus.edit("schema/labels/entity_type.json", lambda body: body["oneOf"].append(NEW_TYPE))
    draft = draft_of("2033-fana/01")
    draft["entities"][3]["type"] = "vessel"
    corpus.write("annotations/gold/2033-fana/01.json", resolve(draft, corpus.text("2033-fana/01")))
    schema = corpus.corpus.schema
    assert corpus.findings() == []
    assert Validator(schema, "draft").violations(draft) == []
    assert classes_of(columns(schema, "stances").field("holder_type"))[-1:] == ["vessel"]
    assert classes_of(columns(schema, "entities").field("tags"))[-2:] == ["B-vessel", "I-vessel"]
    assert "| `vessel` | Named vessel | A ship with a name. |" in label_tables(schema, ["entity_type"])
    assert "Kapal bernama" in label_tables(schema, ["entity_type"], "id")
    assert schema["entity_type"].ids[:-1] == load_schema(REPOSITORY / "schema")["entity_type"].ids


def test_without_it_the_same_annotation_is_a_finding(corpus: TinyCorpus) -> None:
    corpus.edit("annotations/gold/2033-fana/01.json", lambda body: body["entities"][3].update(type="vessel"))
    assert [finding.id for finding in corpus.findings()] == ["E-SCHEMA-LABEL"]


@pytest.mark.parametrize("config", CONFIGS)
def test_classes_in_features_and_in_the_arrow_schema_are_the_same(schema: Schema, config: str) -> None:
    own = columns(schema, config)
    features = json.loads(own.metadata[b"huggingface"])["info"]["features"]
    assert list(features) == own.names
    for field in own:
        classes = classes_of(field)
        feature = features[field.name]
        inner = feature.get("feature", feature) if isinstance(feature, dict) else {}
        assert classes == (inner.get("names") if inner.get("_type") == "ClassLabel" else None)


def test_every_label_is_whole_and_stands_once(schema: Schema) -> None:
    assert len(schema.sets) >= 18
    for name, labels in schema.sets.items():
        assert len(set(labels.ids)) == len(labels.ids) > 1, name
        assert labels.title and labels.title_id and labels.description, name
        for label in labels:
            assert label.title and label.title_id and label.description, label
            assert label.id in labels and labels[label.id] is label
        assert "no such label" not in labels


def test_codes_come_best_match_first(schema: Schema) -> None:
    assert schema["request_status"]["refused"].codes("PLOVER") == ["REJECT:assist"]
    assert schema["request_status"]["refused"].codes("SIPRI") == []
    matches = {"exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"}
    for labels in schema.sets.values():
        for label in labels:
            assert {code["match"] for code in label.get("codes", ())} <= matches


def test_the_polarity_of_an_act_is_turned_by_a_negation(schema: Schema) -> None:
    for act in schema["stance_act"]:
        signs = {polarity(schema, act.id, negated=negated) for negated in (False, True)}
        assert signs == {"positive", "negative"}
    assert polarity(schema, "support", negated=False) == "positive"
    assert polarity(schema, "threaten", negated=True) == "positive"


def test_categories_of_kinds_exist(schema: Schema) -> None:
    wanted = {kind.get("category") for kind in schema["item_kind"]} - {None}
    assert wanted and wanted <= set(schema["item_category"].ids)


def test_dimensions_of_specifications_are_those_of_units(schema: Schema) -> None:
    units = {unit.get("dimension") for unit in schema["unit"]}
    assert all(set(spec.get("dimensions")) <= units for spec in schema["specification"])


def test_arrow_types_follow_the_json_schema(schema: Schema) -> None:
    span = pa.struct([("start", pa.int32()), ("end", pa.int32()), ("quote", pa.string())])
    assert arrow_type(schema, "annotation", "stances").value_type.field("cue").type == span
    assert arrow_type(schema, "annotation", "stances").value_type.field("evidence").type == pa.list_(span)
    assert arrow_type(schema, "article", "source") == pa.struct(
        [("publisher", pa.string()), ("url", pa.string()), ("retrieved", pa.string())]
    )
    own = arrow_schema(schema, "article")
    assert own.names == list(schema.files["article"]["properties"])
    assert own.field("text_included").type == pa.bool_()


def test_bio() -> None:
    assert bio(["a", "b"]) == ["O", "B-a", "I-a", "B-b", "I-b"]


def test_tables_escape_and_are_filled_between_markers(schema: Schema) -> None:
    assert table(["a"], [["x|y"], [1]]) == "| a |\n|---|\n| x\\|y |\n| 1 |"
    text = "before\n<!-- labels: split polarity -->\nstale\n<!-- end labels -->\nafter"
    filled = fill_labels(text, schema)
    assert filled.startswith("before\n") and filled.endswith("<!-- end labels -->\nafter")
    assert "stale" not in filled and "`validation`" in filled and "`negative`" in filled
    assert fill_labels(filled, schema) == filled
    assert "| label | judul |" in fill_labels(text, schema, "id").replace("Judul", "judul")


@pytest.mark.parametrize("harm", ["no folder", "no version", "not json"])
def test_a_schema_that_cannot_be_read_is_told(tmp_path: Path, harm: str) -> None:
    folder = tmp_path / "schema"
    if harm != "no folder":
        shutil.copytree(REPOSITORY / "schema", folder)
    if harm == "no version":
        (folder / "VERSION").unlink()
    if harm == "not json":
        (folder / "event.json").write_text("{")
    with pytest.raises(PintaError, match=r"The schema in .* cannot be read"):
        load_schema(folder)


def test_all_schemas_are_valid_json_schema(schema: Schema) -> None:
    from jsonschema import Draft202012Validator

    for name, body in schema.files.items():
        Draft202012Validator.check_schema(body)
        assert body["$id"] == "urn:pinta:" + name.replace("/", ":")


def test_every_object_of_the_schema_is_closed_and_every_key_of_an_annotation_required(schema: Schema) -> None:
    def walk(body: Any) -> None:
        if isinstance(body, dict):
            if "properties" in body and body.get("type") == "object":
                assert body["additionalProperties"] is False
                assert set(body["properties"]) - set(body["required"]) <= {"anchors"}
            for inner in body.values():
                walk(inner)
        elif isinstance(body, list):
            for inner in body:
                walk(inner)

    for kind in ("annotation", "article", "event"):
        walk(schema.files[kind])
