"""The parts of the dialog that sends a ding: who is chosen, the calendar, a text with an error."""

from datetime import datetime

from PySide6.QtWidgets import QVBoxLayout, QWidget

from resources.translations import language
from widgets.date_time_field import DateTimeField, MomentPanel
from widgets.people_picker import PeoplePicker, PersonChip
from widgets.style import StyleSource
from widgets.text_area import TextArea

NOW = datetime(2026, 11, 20, 10, 30)


def _word(zh: str, en: str) -> str:
    return zh if language() == "zh" else en


def new_ding_column(style: StyleSource, page: QWidget) -> QWidget:
    """Fill a page with the fields."""
    column = QVBoxLayout(page)
    side = style.current.px(24)
    column.setContentsMargins(side, side, side, side)
    column.setSpacing(style.current.px(14))
    folded, chosen = PeoplePicker(style, _word("抄送", "Copy to")), PeoplePicker(style, _word("发给", "To"))
    folded.set_people([PersonChip(f"@{n}:x", f"{_word('同事', 'Colleague')} {n}") for n in range(40)])
    chosen.set_people(
        [
            PersonChip("@wang:x", "王敏"),
            PersonChip("@tom:x", "Tom Andersen"),
            PersonChip("@out:y", "周芳", _word("外部", "External")),
        ]
    )
    chosen.set_note(_word("没有找到：某某", "Not found: Nobody Ever"))
    text = TextArea(style, _word("内容", "Text"))
    text.set_text(_word("请各部门今天 18:00 前确认参会名单。", "Please confirm the list by 18:00."))
    text.set_error(_word("内容太长。", "The text is too long."))
    field = DateTimeField(style, _word("截止时间", "Due"), lambda: NOW)
    for part in (folded, chosen, text, field):
        column.addWidget(part)
    column.addStretch(1)
    column.activate()
    MomentPanel(style, lambda: NOW, page).open_for(NOW, field)
    return page
