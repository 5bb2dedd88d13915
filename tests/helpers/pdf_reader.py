"""Reads the text of PDFs that Qt wrote: enough for tests, nothing more."""

import re
import zlib

_SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|<([0-9A-F]+)> Tj|(ET)")


def page_texts(pdf: bytes) -> list[str]:
    """Give the text of each page, a line for each run of one look."""
    maps = {name: _unicode_map(pdf, number) for name, number in _fonts(pdf).items()}
    return [_text(content, maps) for content in _contents(pdf)]


def embedded_fonts(pdf: bytes) -> int:
    """Count the fonts whose outlines go along."""
    return len(re.findall(rb"/FontFile[23]? \d+ 0 R", pdf))


def _contents(pdf: bytes) -> list[bytes]:
    numbers = [int(found) for found in re.findall(rb"/Contents (\d+) 0 R", pdf)]
    return [zlib.decompressobj().decompress(_stream(pdf, number)) for number in numbers]


def _fonts(pdf: bytes) -> dict[str, int]:
    return {name.decode(): int(number) for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", pdf)}


def _object(pdf: bytes, number: int) -> bytes:
    found = re.search(rb"\n%d 0 obj(.*?)endobj" % number, pdf, re.DOTALL)
    assert found is not None
    return found[1]


def _stream(pdf: bytes, number: int) -> bytes:
    return re.split(rb"stream\r?\n", _object(pdf, number), maxsplit=1)[1]


def _unicode_map(pdf: bytes, font: int) -> dict[int, str]:
    number = re.search(rb"/ToUnicode (\d+) 0 R", _object(pdf, font))
    assert number is not None
    found: dict[int, str] = {}
    table = _stream(pdf, int(number[1]))
    for first, codes in re.findall(rb"<([0-9A-F]+)> <[0-9A-F]+> \[(.*?)\]", table, re.DOTALL):
        for offset, code in enumerate(re.findall(rb"<([0-9A-F]+)>", codes)):
            found[int(first, 16) + offset] = chr(int(code, 16))
    return found


def _text(content: bytes, maps: dict[str, dict[int, str]]) -> str:
    words, font = "", ""
    for name, codes, end in _SHOWN.findall(content):
        if name:
            font = name.decode()
        elif end:
            words += "\n"
        else:
            glyphs = [int(codes[n : n + 4], 16) for n in range(0, len(codes), 4)]
            words += "".join(maps[font].get(glyph, "�") for glyph in glyphs)
    return words.replace("\t", " ")
