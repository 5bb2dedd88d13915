"""The icon fonts (Phosphor Icons 2.1.2, MIT, see LICENSE here) and the code points of their glyphs.

`phosphor.ttf` (regular) and `phosphor-fill.ttf` are subsets that hold exactly the glyphs named in `glyphs.txt`, under
the same code points: the whole set would cost the first paint some 30 ms. To add an icon, cut both fonts again from
the same release with fontTools' `pyftsubset` and add its line to `glyphs.txt`.
"""

from pathlib import Path

_FOLDER = Path(__file__).parent

REGULAR_FONT = _FOLDER / "phosphor.ttf"
FILLED_FONT = _FOLDER / "phosphor-fill.ttf"


def read_glyphs() -> dict[str, int]:
    """Read the code point of every icon."""
    lines = (_FOLDER / "glyphs.txt").read_text("ascii").split()
    return {name: int(point, 16) for name, point in zip(lines[::2], lines[1::2], strict=True)}
