"""spaCy: the mentions of every article as a DocBin, ready for `spacy train`.

pip install spacy
python examples/recipes/spacy_docbin.py dist/pinta dist/spacy
python -m spacy init config dist/spacy/config.cfg --lang id --pipeline ner
python -m spacy train dist/spacy/config.cfg --paths.train dist/spacy/train.spacy --paths.dev dist/spacy/validation.spacy

Offsets of the corpus are code points, as spaCy's are. A mention that ends inside a token of spaCy's (a clitic, `Rusialah`) is
widened to the token; a mention that overlaps one before it is left out. Both are counted.
"""

from __future__ import annotations

import sys
from pathlib import Path

import spacy
from datasets import load_dataset
from spacy.tokens import DocBin
from spacy.util import filter_spans


def main(build: str, out: str) -> None:
    blank = spacy.blank("id")
    Path(out).mkdir(parents=True, exist_ok=True)
    for split, rows in load_dataset(str(Path(build).resolve()), "articles").items():
        docs, exact, kept = DocBin(store_user_data=True), 0, 0
        for row in rows:
            doc = blank(row["text"])
            doc.user_data["id"] = row["id"]
            spans = [doc.char_span(m["start"], m["end"], label=m["type"], alignment_mode="expand") for m in row["mentions"]]
            exact += sum(span.text == m["quote"] for span, m in zip(spans, row["mentions"], strict=True))
            doc.ents = filter_spans(spans)
            kept += len(doc.ents)
            docs.add(doc)
        docs.to_disk(Path(out, f"{split}.spacy"))
        print(f"{split}: {len(docs)} documents, {kept} mentions kept, {exact} on token edges of {sum(len(m) for m in rows['mentions'])}")


if __name__ == "__main__":
    main(*sys.argv[1:])
