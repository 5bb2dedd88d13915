"""Search over the cache."""
