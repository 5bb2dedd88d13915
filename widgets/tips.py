"""Tooltips of other people's words.

Qt takes a tooltip that looks like HTML for HTML, and HTML loads pictures: from this computer, and on Windows from any
server a path names, with the person's credentials. So what looks like HTML is shown as what it is: characters.
"""

from PySide6.QtGui import Qt


def plain_tip(text: str) -> str:
    """Give a text that `setToolTip` and `QToolTip.showText` show literally."""
    if not Qt.mightBeRichText(text):
        return text
    from html import escape  # a table of all entities, which few need

    return f"<span>{escape(text)}</span>".replace("\n", "<br>")
