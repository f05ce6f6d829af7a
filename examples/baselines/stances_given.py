"""Baseline for stances whose holder, target and evidence are given: a linear classifier of the config `stances`.

python examples/baselines/stances_given.py dist/pinta

Prints accuracy and macro F1 of act and polarity on the test split, with 95 % bootstrap intervals over articles, beside those
of always guessing what is commonest in the train split.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np
from classifiers import words
from datasets import Dataset
from entities_crf import Json, load

from pinta.quality.intervals import resamples


def given(row: Json) -> str:
    """The evidence with the names of holder and target, where they stand in it, as marks."""
    text = row["context"].replace(row["holder_name"], " HOLDER ").replace(row["target_name"], " TARGET ")
    return f"{text} TYPE{row['holder_type']} KIND{row['target_kind']}"


def given_pairs(build: str) -> Json:
    """Accuracy and macro F1 of act and polarity on the test split, with 95 % intervals over articles."""
    data, found = load(build, "stances"), {}
    for column in ("act", "polarity"):
        model = words(1, 2, "word").fit([given(row) for row in data["train"]], data["train"][column][:])
        right = np.array(data["test"][column][:])
        found[column] = measured(data["test"], right, np.asarray(model.predict([given(row) for row in data["test"]])))
        common = np.bincount(data["train"][column][:]).argmax()
        found[f"{column}_majority"] = measured(data["test"], right, np.full(len(right), common))
    return found


def macro_f1(right: Any, predicted: Any) -> float:
    """Mean F1 of the labels that either side has; the same as scikit-learn's, fast enough for a thousand resamples."""
    size = int(max(right.max(), predicted.max())) + 1
    both, gold, found = (np.bincount(codes, minlength=size) for codes in (right[right == predicted], right, predicted))
    used = gold + found > 0
    return float(np.mean(2 * both[used] / (gold + found)[used]))


def measured(rows: Dataset, right: Any, predicted: Any) -> Json:
    """Accuracy and macro F1 with intervals; articles are drawn, as units of one article depend on each other."""
    names, codes = np.unique(rows["article"][:], return_inverse=True)
    drawn = [np.repeat(np.arange(len(right)), times[codes].astype(int)) for times in resamples(len(names))]
    statistics = {
        "accuracy": lambda at: float(np.mean(right[at] == predicted[at])),
        "macro_f1": lambda at: macro_f1(right[at], predicted[at]),
    }
    made: Json = {"n": len(right)}
    for name, statistic in statistics.items():
        low, high = np.percentile([statistic(at) for at in drawn if len(at)], (2.5, 97.5))
        made[name] = {key: round(float(x), 4) for key, x in (("value", statistic(np.arange(len(right)))), ("low", low), ("high", high))}
    return made


if __name__ == "__main__":
    print(json.dumps(given_pairs(sys.argv[1]), indent=1))
