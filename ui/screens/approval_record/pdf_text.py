"""Makes the text of a PDF that Qt wrote findable: "金额", not "⾦额".

A font has one glyph for 金 and for the radical ⾦ (U+2FA6); Qt's map from glyphs back to text names the lower code, the
radical, and whoever searches or copies gets that. The maps stand uncompressed in the file; codes of one length are put in
the place of others, so that no position moves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtGui import QFontDatabase, QRawFont

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QFont

_RADICALS = range(0x2E80, 0x2FE0)
_MAPS = re.compile(rb"begincmap.*?endcmap", re.DOTALL)


def findable(pdf: bytes, text: str, fonts: Iterable[QFont]) -> bytes:
    """Replace the codes of radicals by those of the characters of `text` that share their glyph."""
    codes = {b"<%04X>" % radical: b"<%04X>" % ord(char) for radical, char in _shared(text, fonts).items()}
    if not codes:
        return pdf
    wanted = re.compile(b"|".join(map(re.escape, codes)))
    return _MAPS.sub(lambda found: wanted.sub(lambda code: codes[code[0]], found[0]), pdf)


def _shared(text: str, fonts: Iterable[QFont]) -> dict[int, str]:
    ideographs = "".join(sorted({char for char in text if 0x2FE0 <= ord(char) <= 0xFFFF}))
    radicals = "".join(map(chr, _RADICALS))
    shared: dict[int, str] = {}
    for font in fonts:
        raw = QRawFont.fromFont(font, QFontDatabase.WritingSystem.SimplifiedChinese)
        by_glyph = dict(zip(raw.glyphIndexesForString(ideographs), ideographs, strict=False))
        for radical, glyph in zip(radicals, raw.glyphIndexesForString(radicals), strict=False):
            if glyph and glyph in by_glyph:
                shared[ord(radical)] = by_glyph[glyph]
    return shared
