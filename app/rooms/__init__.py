"""Rooms: open, join, leave, read, mark."""
