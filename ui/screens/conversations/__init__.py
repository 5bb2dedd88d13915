"""The column of conversations: search, filters, list."""
