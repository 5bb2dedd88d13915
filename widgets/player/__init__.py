"""The video player: libVLC drawing into memory, and everything one does with it."""
