"""The sync loops: server to cache."""
