"""polars: items by decade of the event and SIPRI category, straight from the Parquet files.

pip install polars
python examples/recipes/polars_items_by_decade.py dist/pinta

Without `datasets`, class labels are numbers: their names stand in the metadata of the Parquet columns, here read by pyarrow.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq


def main(build: str) -> None:
    files = sorted(Path(build, "data", "requests").glob("*.parquet"))
    events = pl.scan_parquet(Path(build, "data", "articles", "*.parquet")).select(pl.col("id").alias("article"), "event_date")
    kinds = json.loads(pq.read_schema(files[0]).field("kind").metadata[b"classes"])
    table = (
        pl.scan_parquet(files)
        .join(events, on="article")
        .with_columns(
            decade=pl.col("event_date").str.slice(0, 3) + "0s",
            kind=pl.col("kind").replace_strict(range(len(kinds)), kinds, return_dtype=pl.String),
        )
        .group_by("decade", "kind")
        .agg(items=pl.len(), requests=pl.struct("article", "request_id").n_unique(), quantity=pl.col("quantity").median())
        .sort("decade", "items", descending=[False, True])
    )
    with pl.Config(tbl_rows=40, tbl_hide_dataframe_shape=True):
        print(table.collect())


if __name__ == "__main__":
    main(*sys.argv[1:])
