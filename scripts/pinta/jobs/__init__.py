"""Work on stores: one shard at a time as a pure function, and what only all shards together show."""
