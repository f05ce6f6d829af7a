"""DuckDB: which suppliers are asked most, and how often each answer came, in SQL over the Parquet files.

pip install duckdb
python examples/recipes/duckdb_refused.py dist/pinta
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

QUERY = """
WITH asked AS (SELECT DISTINCT article, request_id, supplier_name, status FROM read_parquet($files) WHERE supplier_name IS NOT NULL)
SELECT supplier_name, count(*) AS requests, histogram($labels[status + 1]) AS answers
FROM asked GROUP BY supplier_name ORDER BY requests DESC, supplier_name LIMIT 12
"""


def main(build: str) -> None:
    files = [str(path) for path in sorted(Path(build, "data", "requests").glob("*.parquet"))]
    labels = json.loads(pq.read_schema(files[0]).field("status").metadata[b"classes"])
    for supplier, requests, answers in duckdb.execute(QUERY, {"files": files, "labels": labels}).fetchall():
        print(f"{supplier:28} {requests:4}  {', '.join(f'{status} {count}' for status, count in sorted(answers.items()))}")


if __name__ == "__main__":
    main(*sys.argv[1:])
