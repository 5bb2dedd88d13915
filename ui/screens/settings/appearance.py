"""Settings of looks, keys and notices."""

from collections.abc import Callable

from resources.translations import tr
from ui.appearance import ZOOM_STEPS
from ui.desk import Desk
from ui.screens.settings.section import Section, Wording
from widgets.form_fields import ChoiceField, SwitchField

Choices = Callable[[], list[tuple[str, str]]]


def appearance_section(desk: Desk) -> Section:
    """Language, theme, size, density, send key."""
    section = Section(desk.style, lambda: tr("Appearance"))
    _choice(section, desk, "language", lambda: tr("Language"), _languages)
    _choice(section, desk, "theme", lambda: tr("Theme"), _themes)
    _choice(section, desk, "density", lambda: tr("Messages"), _densities)
    _choice(section, desk, "send_key", lambda: tr("Send with"), _send_keys)
    _zoom(section, desk)
    section.finish()
    return section


def notification_section(desk: Desk) -> Section:
    """Notices, receipts, typing, closing."""
    section = Section(desk.style, lambda: tr("Notifications and privacy"))
    _switch(section, desk, "is_notifying", lambda: tr("Notify me of new messages"))
    _switch(
        section,
        desk,
        "is_post_notifying",
        lambda: tr("Notify me of new videos"),
        lambda: tr("Of channels you follow and have not muted. Off: only a dot."),
    )
    _switch(
        section,
        desk,
        "is_notification_body_shown",
        lambda: tr("Show the text in notifications"),
        lambda: tr("Off: only who wrote. Good when others see your screen."),
    )
    _switch(
        section,
        desk,
        "is_read_receipt_public",
        lambda: tr("Tell others what I have read"),
        lambda: tr("Off: your own devices still know."),
    )
    _switch(section, desk, "is_typing_sent", lambda: tr("Show others that I am typing"))
    _switch(
        section,
        desk,
        "is_closing_to_tray",
        lambda: tr("Keep running when the window is closed"),
        lambda: tr("Tack stays in the tray and notifies you."),
    )
    section.finish()
    return section


def _choice(section: Section, desk: Desk, name: str, label: Wording, choices: Choices) -> None:
    field = ChoiceField(desk.style, label(), choices())
    field.set_current(getattr(desk.settings.current, name))
    field.chosen.connect(lambda key: desk.settings.change(**{name: key}))
    section.worded(label, field.set_label)
    section.worded(lambda: "", lambda _text: field.set_choices(choices()))
    section.add(field)


def _zoom(section: Section, desk: Desk) -> None:
    field = ChoiceField(desk.style, tr("Size"), [(str(percent), f"{percent} %") for percent in ZOOM_STEPS])
    field.set_current(str(desk.settings.current.zoom_percent))
    field.chosen.connect(lambda key: desk.settings.change(zoom_percent=int(key)))
    section.worded(lambda: tr("Size"), field.set_label)
    section.add(field)


def _switch(section: Section, desk: Desk, name: str, text: Wording, hint: Wording | None = None) -> None:
    field = SwitchField(desk.style, text(), hint() if hint else "")
    field.setChecked(getattr(desk.settings.current, name))
    field.toggled.connect(lambda is_on: desk.settings.change(**{name: is_on}))
    section.worded(text, field.setText)
    if hint is not None:
        section.worded(hint, field.set_hint)
    section.add(field)


def _languages() -> list[tuple[str, str]]:
    return [("system", tr("As the system")), ("zh", "中文"), ("en", "English")]


def _themes() -> list[tuple[str, str]]:
    return [("system", tr("As the system")), ("light", tr("Light")), ("dark", tr("Dark"))]


def _densities() -> list[tuple[str, str]]:
    return [("bubbles", tr("Bubbles")), ("lines", tr("Compact lines"))]


def _send_keys() -> list[tuple[str, str]]:
    return [("enter", tr("Enter")), ("ctrl_enter", tr("Ctrl+Enter"))]
