"""The encrypted SQLite cache: the only SQL of Tack. Knows no network."""
