"""What the encoding process and the one that started it say to each other. Nothing of FFmpeg is imported here.

Down its standard input goes one JSON line, the request; the input stays open as long as the other side lives. Up its standard output
come JSON lines; a line of kind `file` is followed by so many bytes as it says. The last line is `done` or `error`.
"""

from typing import Final

MAIN: Final = "main"
SMALL: Final = "small"
BOARD: Final = "board"
COVER: Final = "cover"
"""Kinds of files."""

MAX_PIXELS: Final = 8192 * 4608
MAX_SIDE: Final = 1920
MAX_SHORT_SIDE: Final = 1080
"""Of the main rendition: 1080p, also upright."""
SMALL_SHORT_SIDE: Final = 480
COVERS: Final = 5
COVER_SIDE: Final = 1280
BOARD_TILES: Final = 100
BOARD_COLUMNS: Final = 10
BOARD_TILE_SIDE: Final = 160
BOARD_EVERY_MS: Final = 2_000
"""At least so far apart."""
STALLED_S: Final = 60.0
"""A process that got no further for so long is ended."""

UNREADABLE: Final = "video_unreadable"
"""No video file, or one of a kind nobody knows."""
BROKEN: Final = "video_broken"
NO_PICTURE: Final = "video_no_picture"
TOO_BIG: Final = "video_too_big"
TOO_LONG: Final = "video_too_long"
STALLED: Final = "video_stalled"
FILE_GONE: Final = "file_gone"
FILE_UNREADABLE: Final = "file_unreadable"
DISK_FULL: Final = "disk_full"
NO_ENCODER: Final = "video_no_encoder"
"""The encoding process cannot be started here."""
