"""Fine-tune any encoder of `transformers` on the names of the corpus, and write predictions for `pinta score`.

pip install torch transformers
python examples/transformers_token_classification.py dist/pinta indobenchmark/indobert-base-p1 dist/predictions/indobert
python examples/transformers_token_classification.py dist/pinta FacebookAI/xlm-roberta-base dist/predictions/xlm-r --epochs 8
pinta score dist/pinta dist/predictions/xlm-r --split test

The encoder is a name on the Hugging Face Hub or a folder; it needs a fast tokenizer, as all that follow have. IndoBERT
(`indobenchmark/indobert-base-p1`, `indolem/indobert-base-uncased`) is uncased: names lose their capitals, so that XLM-R, cased and of
many languages, is the better first try for names. Both take texts of 512 pieces: longer ones are cut into windows at tokens.
The train split is small: mind the seed, and choose epochs and learning rate on the validation split (printed after each epoch).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset, load_dataset
from torch.nn.utils.rnn import pad_sequence
from transformers import AutoModelForTokenClassification, AutoTokenizer

Json = dict[str, Any]
IGNORED = -100


def windows(row: Json, tokenizer: Any, size: int) -> Iterator[tuple[list[int], list[int]]]:
    """Pieces of a text with, for each, the token that it begins, or -1; a window ends between tokens."""
    edge = tokenizer.num_special_tokens_to_add()
    ids: list[int] = []
    begins: list[int] = []
    for n, word in enumerate(tokenizer(row["tokens"], add_special_tokens=False)["input_ids"]):
        pieces = word[: size - edge] or [tokenizer.unk_token_id]
        if len(ids) + len(pieces) > size - edge:
            yield ids, begins
            ids, begins = [], []
        ids, begins = ids + pieces, [*begins, n, *[-1] * (len(pieces) - 1)]
    yield ids, begins


def framed(ids: list[int], begins: list[int], tokenizer: Any) -> tuple[torch.Tensor, list[int]]:
    """A window with the special tokens of the encoder around it."""
    plain, whole = (tokenizer("a", add_special_tokens=special)["input_ids"] for special in (False, True))
    at = next(n for n in range(len(whole)) if whole[n : n + len(plain)] == plain)
    before, after = whole[:at], whole[at + len(plain) :]
    return torch.tensor([*before, *ids, *after]), [*[-1] * len(before), *begins, *[-1] * len(after)]


def examples(rows: Dataset, layer: str, tokenizer: Any, size: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Windows of all texts with the tag of each token on its first piece."""
    made = []
    for row in rows:
        for ids, begins in windows(row, tokenizer, size):
            pieces, firsts = framed(ids, begins, tokenizer)
            made.append((pieces, torch.tensor([row[layer][n] if n >= 0 else IGNORED for n in firsts])))
    return made


def epoch(model: Any, data: list[tuple[torch.Tensor, torch.Tensor]], batch: int, padding: int, optimizer: Any = None) -> float:
    """Mean loss over the data; with an optimizer, the model learns."""
    model.train(optimizer is not None)
    order = torch.randperm(len(data)).tolist() if optimizer else list(range(len(data)))
    losses = []
    with torch.set_grad_enabled(optimizer is not None):
        for at in range(0, len(order), batch):
            pieces, tags = zip(*(data[n] for n in order[at : at + batch]), strict=True)
            seen = pad_sequence(list(pieces), True, padding).to(model.device)
            mask = pad_sequence([torch.ones_like(one) for one in pieces], True, 0).to(model.device)
            loss = model(input_ids=seen, attention_mask=mask, labels=pad_sequence(list(tags), True, IGNORED).to(model.device)).loss
            if optimizer:
                loss.backward()
                torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
                optimizer.zero_grad()
            losses.append(float(loss))
    return sum(losses) / max(1, len(losses))


@torch.no_grad()
def spans(model: Any, row: Json, tokenizer: Any, size: int) -> list[tuple[int, int, str]]:
    """Start, end and label of what the model finds in a text, in code points."""
    model.eval()
    tags = ["O"] * len(row["tokens"])
    for ids, begins in windows(row, tokenizer, size):
        pieces, firsts = framed(ids, begins, tokenizer)
        best = model(input_ids=pieces[None].to(model.device)).logits[0].argmax(-1).tolist()
        for n, tag in zip(firsts, best, strict=True):
            if n >= 0:
                tags[n] = model.config.id2label[tag]
    found: list[tuple[int, int, str]] = []
    for n, tag in enumerate(tags):
        edge, _, label = tag.partition("-")
        if edge == "I" and n and tags[n - 1].partition("-")[2] == label:
            found[-1] = (found[-1][0], row["ends"][n], label)
        elif label:
            found.append((row["starts"][n], row["ends"][n], label))
    return found


def document(article: Json, found: list[tuple[int, int, str]]) -> Json:
    """An annotation document with mentions alone; each is an entity of its own."""
    mentions = [
        {"id": f"m{n}", "start": start, "end": end, "quote": article["text"][start:end], "type": type_, "metonym": False}
        for n, (start, end, type_) in enumerate(found, 1)
    ]
    blank = {"wikidata": None, "iso3": None}
    entities = [{"id": f"e{m['id'][1:]}", "type": m["type"], "name": m["quote"], "mentions": [m["id"]], **blank} for m in mentions]
    return {"article": article["id"], "text_sha256": article["text_sha256"], "mentions": mentions, "entities": entities}


def main(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    data = load_dataset(str(Path(args.build).resolve()), "entities")
    names = data["train"].features["tags"].feature.names
    tokenizer = AutoTokenizer.from_pretrained(args.encoder)
    model = AutoModelForTokenClassification.from_pretrained(args.encoder, id2label=dict(enumerate(names)), num_labels=len(names))
    model.to("cuda" if torch.cuda.is_available() else "cpu")
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.rate, weight_decay=0.01)
    size, padding = min(args.window, model.config.max_position_embeddings - 2), tokenizer.pad_token_id or 0
    train, validation = (examples(data[split], "tags", tokenizer, size) for split in ("train", "validation"))
    for n in range(args.epochs):
        loss = epoch(model, train, args.batch, padding, optimizer)
        print(f"epoch {n + 1}: loss {loss:.3f}, validation {epoch(model, validation, args.batch, padding):.3f}")
    articles = load_dataset(str(Path(args.build).resolve()), "articles", split="test")
    for article, row in zip(articles, data["test"], strict=True):
        path = Path(args.out, f"{article['id']}.json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document(article, spans(model, row, tokenizer, size)), ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("build", "encoder", "out"):
        parser.add_argument(name)
    for name, default in (("epochs", 5), ("batch", 8), ("window", 512), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--rate", type=float, default=3e-5)
    main(parser.parse_args())
