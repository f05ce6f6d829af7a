"""Train all baselines on the train split of a built folder, score them on the test split, and write baselines.json.

python examples/baselines/run_all.py dist/pinta dist/predictions baselines.json

`rules` is `pinta suggest`; `linear` is the CRF of names, the templates of requests and the linear classifier of stances,
one after the other. The file maps each to what `pinta score --format json` prints; under `given_pairs`, `linear` also has
accuracy and macro F1 of stances whose holder, target and evidence are given. The card and `pinta report` show them.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import entities_crf
import requests_template
import stances_given
import stances_linear
from classifiers import SCHEMA
from entities_crf import Json, load

from pinta.files import write_whole
from pinta.jsontext import dumps
from pinta.quality import score
from pinta.suggest import Names, suggest


def rules(build: str) -> list[Json]:
    """What `pinta suggest --split test` writes, from the texts of the build."""
    names = Names.load(SCHEMA)
    return [suggest(row["id"], row["text"], SCHEMA, names, row["language"]) for row in load(build, "articles")["test"]]


def linear(build: str) -> list[Json]:
    """Names, then requests and stances of these names."""
    return stances_linear.predict(build, requests_template.predict(build, entities_crf.predict(build)))


def main(build: str, predictions: str, out: str) -> None:
    reports: dict[str, Json] = {}
    for name, system in {"rules": rules, "linear": linear}.items():
        started, folder = time.monotonic(), Path(predictions) / name
        documents = system(build)
        entities_crf.write(documents, folder)
        pairs, missing = score.read_pairs(Path(build), folder, SCHEMA, "test", frozenset(body["article"] for body in documents))
        reports[name] = {**score.score(pairs), "without_prediction": missing}
        print(f"{name}: {len(pairs)} articles in {time.monotonic() - started:.0f} s, {folder}")
    reports["linear"]["given_pairs"] = stances_given.given_pairs(build)
    write_whole(Path(out), dumps(reports))
    print(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
