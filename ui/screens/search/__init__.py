"""Search in messages and the quick switcher."""
