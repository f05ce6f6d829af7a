"""Stores: the documents of a corpus in shards of records, on any URL that fsspec knows.

`records` says what a record is, `model` what a store is; `packing` turns folders into stores and back.
"""
