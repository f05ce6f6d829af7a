"""pandas: who asks whom for what, as a table of requester × supplier.

pip install pandas
python examples/recipes/pandas_who_asks_whom.py dist/pinta
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from datasets import concatenate_datasets, load_dataset


def main(build: str) -> None:
    splits = load_dataset(str(Path(build).resolve()), "requests")
    rows = concatenate_datasets(list(splits.values()))
    table = rows.to_pandas()
    table["category"] = table["category"].map(rows.features["category"].int2str)
    between = pd.crosstab(table["requester_name"], table["supplier_name"].fillna("(nobody named)"))
    print(between.loc[between.sum(axis=1).nlargest(10).index, between.sum().nlargest(6).index].to_string())
    print(table.groupby("category")["quantity"].agg(["size", "median"]).sort_values("size", ascending=False).head(10).to_string())


if __name__ == "__main__":
    main(*sys.argv[1:])
