"""The examples run as their docstrings say, on a built folder alone: the tiny corpus, or the folder that PINTA_BUILD names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pinta.release.build import build
from pinta.schema.labels import Schema
from tiny import REPOSITORY, TinyCorpus

EXAMPLES = REPOSITORY / "examples"
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *"abcdefghijklmnopqrstuvwxyz", *(f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")]


@pytest.fixture(scope="module")
def built(still: TinyCorpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus as it is published."""
    given = os.environ.get("PINTA_BUILD")
    return Path(given) if given else build(still.corpus, tmp_path_factory.mktemp("built") / "tiny").folder


@pytest.fixture(scope="module")
def articles(built: Path) -> int:
    """How many articles the test split has, without those that are not redistributed."""
    counts: dict[str, int] = json.loads((built / "statistics.json").read_bytes())["splits"]["test"]
    return counts["articles"] - counts.get("restricted", 0)


def run(script: str, *args: object) -> str:
    """What a script prints; it must succeed."""
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, str(EXAMPLES / script), *map(str, args)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("script", "library", "shown"),
    [
        ("pandas_who_asks_whom", "pandas", "requester_name"),
        ("polars_items_by_decade", "polars", "0s "),
        ("duckdb_refused", "duckdb", "1"),
        ("pytorch_batches", "torch", "train: batch of"),
    ],
)
def test_a_recipe_loads_a_build_and_shows_it(built: Path, script: str, library: str, shown: str) -> None:
    pytest.importorskip(library)
    assert shown in run(f"recipes/{script}.py", built)


def test_spacy_gets_the_mentions_with_their_types(built: Path, tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy")
    run("recipes/spacy_docbin.py", built, tmp_path)
    docs = list(spacy.tokens.DocBin().from_disk(tmp_path / "train.spacy").get_docs(spacy.blank("id").vocab))
    assert {ent.label_ for doc in docs for ent in doc.ents} >= {"state"}


def test_all_baselines_are_trained_and_scored(built: Path, articles: int, tmp_path: Path) -> None:
    for library in ("sklearn_crfsuite", "scipy", "ahocorasick_rs"):
        pytest.importorskip(library)
    run("baselines/run_all.py", built, tmp_path / "predictions", tmp_path / "baselines.json")
    reports = json.loads((tmp_path / "baselines.json").read_bytes())
    assert list(reports) == ["rules", "linear"]
    assert all(report["articles"] == articles and not report["without_prediction"] for report in reports.values())
    assert {"mentions_exact", "slots", "stances"} <= reports["linear"]["measures"].keys()


def test_any_encoder_learns_and_predicts(built: Path, articles: int, tmp_path: Path, schema: Schema) -> None:
    pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    (tmp_path / "vocab.txt").write_text("\n".join(WORDS), "utf-8")
    transformers.BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path / "encoder")
    positions = 514 if "PINTA_BUILD" in os.environ else 66  # 66: even the texts of the tiny corpus are cut into windows
    size = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    size["max_position_embeddings"] = positions
    transformers.BertModel(transformers.BertConfig(vocab_size=len(WORDS), **size)).save_pretrained(tmp_path / "encoder")
    shown = run("transformers_token_classification.py", built, tmp_path / "encoder", tmp_path / "out", "--epochs", 2, "--rate", "0.01")
    assert "epoch 2" in shown
    pytest.importorskip("scipy")
    from pinta.quality.score import read_pairs

    pairs, missing = read_pairs(built, tmp_path / "out", schema, "test")
    assert len(pairs) == articles and not missing
