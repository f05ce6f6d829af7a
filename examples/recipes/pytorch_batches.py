"""PyTorch: padded batches of word ids and tags, from the config `entities`.

pip install torch
python examples/recipes/pytorch_batches.py dist/pinta
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import torch
from datasets import load_dataset
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader

PADDING, UNKNOWN, IGNORED = 0, 1, -100


def main(build: str) -> None:
    data = load_dataset(str(Path(build).resolve()), "entities")
    words = sorted({token.lower() for tokens in data["train"]["tokens"] for token in tokens})
    ids = {word: n for n, word in enumerate(words, UNKNOWN + 1)}

    def collate(rows: list[dict[str, Any]]) -> tuple[torch.Tensor, torch.Tensor]:
        seen = [torch.tensor([ids.get(token.lower(), UNKNOWN) for token in row["tokens"]]) for row in rows]
        tags = [torch.tensor(row["tags"]) for row in rows]
        return pad_sequence(seen, True, PADDING), pad_sequence(tags, True, IGNORED)

    for split, rows in data.items():
        for seen, tags in DataLoader(rows, batch_size=8, shuffle=split == "train", collate_fn=collate):
            share = (seen == UNKNOWN).sum() / (seen != PADDING).sum()
            print(f"{split}: batch of {tuple(seen.shape)}, {int((tags > 0).sum())} tags other than O, {share:.0%} unknown words")
            break


if __name__ == "__main__":
    main(*sys.argv[1:])
