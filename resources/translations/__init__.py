"""User-visible words. The English sentence in the code is the key; `zh.toml` beside this file holds the Chinese.

`tr("Sent {n} files", n=3)` fills braces after translation. `tr_n(one, many, n)` chooses by number; the Chinese stands
under the `many` sentence. `set_language` also posts Qt's LanguageChange, so that widgets word themselves again in
`changeEvent`; whoever is no widget listens to `language_changed`.
"""

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QObject, Signal

LANGUAGES = ("en", "zh")


class _Language(QObject):
    """Carries the signal; there is one language per process."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.code = ""


_language = _Language()
language_changed = _language.changed


def language() -> str:
    """Tell the language in use: "en" or "zh"."""
    if not _language.code:
        _language.code = _system_language()
    return _language.code


def set_language(wanted: str) -> None:
    """Use "en", "zh" or "system" from now on and tell everybody."""
    code = _system_language() if wanted == "system" else wanted
    if code not in LANGUAGES:
        code = "en"
    if code == _language.code:
        return
    is_first, _language.code = not _language.code, code
    app = QCoreApplication.instance()
    if app is not None and not is_first:  # at first nothing has been worded yet
        QCoreApplication.postEvent(app, QEvent(QEvent.Type.LanguageChange))
    language_changed.emit()


def tr(text: str, **params: object) -> str:
    """Word `text` in the language in use and fill its braces."""
    words = chinese().get(text, text) if language() == "zh" else text
    return words.format(**params) if params else words


def tr_n(one: str, many: str, n: int, **params: object) -> str:
    """Word a sentence about `n` things; the sentence names it as {n}."""
    if language() == "zh":
        return chinese().get(many, many).format(n=n, **params)
    return (one if n == 1 else many).format(n=n, **params)


@lru_cache(maxsize=1)
def chinese() -> dict[str, str]:
    """Read the Chinese sentences by their English ones; once. `zh.toml` words the widgets, `zh_ui.toml` the screens."""
    import tomllib  # English needs none of it

    table: dict[str, object] = {}
    for path in sorted(Path(__file__).parent.glob("zh*.toml")):
        table |= tomllib.loads(path.read_text("utf-8"))
    return {key: value for key, value in table.items() if isinstance(value, str)}


def _system_language() -> str:
    names = QLocale.system().uiLanguages()
    return "zh" if names and names[0].lower().startswith("zh") else "en"
