"""QR codes of records and of channels."""

from __future__ import annotations

Matrix = tuple[tuple[bool, ...], ...]


def qr_matrix(code: str) -> Matrix:
    """Give the modules of a QR code, rows from the top; True is dark. A quarter of it may get lost (level Q)."""
    import segno

    made = segno.make(code, error="q", micro=False, boost_error=False)
    return tuple(tuple(bool(module) for module in row) for row in made.matrix)
