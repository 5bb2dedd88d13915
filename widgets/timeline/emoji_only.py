"""Recognise messages of one to three emoji, which are drawn large."""

_LONGEST = 24
_JOINERS = frozenset({0x200D, 0xFE0F, 0x20E3})


def is_emoji_only(text: str) -> bool:
    """Whether the text is nothing but up to three emoji."""
    stripped = text.replace(" ", "")
    if not stripped or len(stripped) > _LONGEST or stripped.isascii():
        return False
    shown = 0
    joined = False
    half_flag = False
    for char in stripped:
        code = ord(char)
        if code in _JOINERS or 0x1F3FB <= code <= 0x1F3FF or 0xE0020 <= code <= 0xE007F:
            joined = code == 0x200D
            continue
        if not _is_picture(code):
            return False
        is_flag = 0x1F1E6 <= code <= 0x1F1FF
        if not joined and not (is_flag and half_flag):
            shown += 1
        half_flag = is_flag and not half_flag
        joined = False
    return 0 < shown <= 3


def _is_picture(code: int) -> bool:
    return (
        0x1F000 <= code <= 0x1FAFF
        or 0x2600 <= code <= 0x27BF
        or 0x2B00 <= code <= 0x2BFF
        or code in (0x231A, 0x231B, 0x23F0)
    )
