"""Documents on disk: where they lie, how they are read, how new ones come in."""
