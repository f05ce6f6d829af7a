"""Stores: the documents of a corpus in shards of records, on any URL that fsspec knows."""
