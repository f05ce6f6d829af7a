"""Load every config and split of a built dataset and print how many rows each has.

python examples/load_every_config.py dist/pinta
"""

from __future__ import annotations

import sys
from pathlib import Path

from datasets import disable_progress_bars, get_dataset_config_names, load_dataset


def main(folder: str) -> None:
    if not sys.stderr.isatty():
        disable_progress_bars()
    path = str(Path(folder).resolve())
    for config in get_dataset_config_names(path):
        for split, rows in load_dataset(path, config).items():
            print(f"{config:10} {split:10} {rows.num_rows:6} rows  version {rows.version}")


if __name__ == "__main__":
    main(*sys.argv[1:])
