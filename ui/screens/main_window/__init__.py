"""The window of a signed-in account."""
