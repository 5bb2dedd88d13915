"""Real small files for the conversations: PNG gradients, one-page PDFs, a workbook. Standard library, deterministic."""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass

EPOCH = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class MadeFile:
    """Bytes ready for an upload, and what the message says about them."""

    data: bytes
    mimetype: str
    width: int | None = None
    height: int | None = None


def make_image(size: str, first: str, second: str) -> MadeFile:
    """Draw a diagonal gradient; `size` is `1200x675`, colours are hexadecimal without a sign."""
    width, height = (int(part) for part in size.split("x"))
    start, end = bytes.fromhex(first), bytes.fromhex(second)
    span = width + height
    steps = [bytes(a + (b - a) * n // span for a, b in zip(start, end, strict=True)) for n in range(span)]
    line = b"".join(steps)
    # each row is the one above shifted by one pixel, so it is a slice of one long line
    rows = b"".join(b"\0" + line[y * 3 : (y + width) * 3] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 6)) + _chunk(b"IEND", b"")
    return MadeFile(b"\x89PNG\r\n\x1a\n" + chunks, "image/png", width, height)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def make_file(name: str, kilobytes: int) -> MadeFile:
    """Make a PDF or a workbook of about that size, by the name's ending."""
    if name.endswith(".xlsx"):
        return MadeFile(
            _workbook(kilobytes), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        )
    return MadeFile(_pdf(kilobytes), "application/pdf")


def _pdf(kilobytes: int) -> bytes:
    """One page that says what it is; a comment stream brings it to size."""
    text = b"BT /F1 28 Tf 72 720 Td (Qingshi demo document) Tj ET"
    filler = b"% " + b"qingshi " * (kilobytes * 1024 // 8)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(filler), filler),
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def _workbook(kilobytes: int) -> bytes:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>D2-{n:04d}</t></is></c><c r="B{n}"><v>{n * 37 % 101}</v></c></row>'
        for n in range(1, kilobytes * 12)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override '
        'PartName="/xl/worksheets/sheet1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets><sheet name="D2" sheetId="1" '
        'r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), text)
    return out.getvalue()
