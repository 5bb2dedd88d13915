"""Which kind of file the first bytes say it is, and which demuxer reads it.

Only what is named here is given to libVLC, and only to that demuxer: left to guess, it would take text for a playlist and open
what the playlist names, a file of this computer too.
"""

from __future__ import annotations

HEAD_BYTES = 512
_BOXES = frozenset((b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"uuid", b"styp", b"sidx"))
_TS_PACKET = 188


def demuxer_of(head: bytes) -> str:
    """Name libVLC's demuxer for a file that begins so; empty: not a video."""
    if head[4:8] in _BOXES:
        return "mp4"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "mkv"
    if head.startswith(b"RIFF") and head[8:12] in (b"AVI ", b"AVIX"):
        return "avi"
    if head.startswith(b"OggS"):
        return "ogg"
    if head.startswith(b"FLV\x01"):
        return "avformat"
    if head.startswith(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"):
        return "asf"
    if head.startswith(b"\x00\x00\x01\xba"):
        return "ps"
    return "ts" if _is_transport_stream(head) else ""


def _is_transport_stream(head: bytes) -> bool:
    places = range(0, min(len(head), 3 * _TS_PACKET), _TS_PACKET)
    return len(head) > _TS_PACKET and all(head[at] == 0x47 for at in places)
