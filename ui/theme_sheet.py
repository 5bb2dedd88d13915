"""The Qt style sheet of Qt's own controls, written from the named roles."""

from widgets.style import Style

_SHEET = """
QToolTip {{ background: {tooltip}; color: {on_tooltip}; border: 0; padding: {p4}px {p8}px; font-size: {f12}px; }}
QLineEdit, QPlainTextEdit[field="true"], QTextEdit[field="true"], QSpinBox, QComboBox, QDateTimeEdit {{
  background: {field}; color: {text1}; border: 1px solid {field}; border-radius: {r8}px;
  padding: {p4}px {p8}px; selection-background-color: {accent}; selection-color: {on_accent}; }}
QLineEdit, QComboBox, QSpinBox, QDateTimeEdit {{ min-height: {p22}px; }}
QLineEdit:hover, QComboBox:hover {{ border-color: {line}; }}
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDateTimeEdit:focus, QPlainTextEdit[field="true"]:focus {{
  border-color: {accent}; background: {window}; }}
QLineEdit:disabled, QComboBox:disabled {{ color: {text3}; }}
QLineEdit[error="true"] {{ border-color: {attention}; }}
QComboBox::drop-down {{ border: 0; width: {p24}px; }}
QComboBox::down-arrow {{ image: none; }}
QComboBox {{ combobox-popup: 0; }}
QComboBox QAbstractItemView {{ background: {window}; color: {text1}; border: 1px solid {line};
  border-radius: {r8}px; outline: 0; padding: {p4}px; }}
QComboBox QAbstractItemView::item {{ min-height: {p32}px; padding: 0 {p8}px; border-radius: {r4}px; }}
QComboBox QAbstractItemView::item:hover, QComboBox QAbstractItemView::item:selected {{
  background: {hover}; color: {text1}; }}
QMenu {{ background: {window}; color: {text1}; border: 1px solid {line}; border-radius: {r8}px; padding: {p4}px; }}
QMenu::item {{ padding: {p6}px {p24}px {p6}px {p12}px; border-radius: {r4}px; }}
QMenu::item:selected {{ background: {hover}; }}
QMenu::item:disabled {{ color: {text3}; }}
QMenu::icon {{ padding-left: {p8}px; }}
QMenu::separator {{ height: 1px; background: {line}; margin: {p4}px {p8}px; }}
QScrollBar:vertical {{ background: transparent; width: {p10}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {p10}px; margin: 0; }}
QScrollBar::handle {{ background: {handle}; border-radius: {p3}px; margin: {p2}px; }}
QScrollBar::handle:vertical {{ min-height: {p32}px; }}
QScrollBar::handle:horizontal {{ min-width: {p32}px; }}
QScrollBar::handle:hover {{ background: {text3}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSplitter::handle {{ background: {line}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QProgressBar {{ background: {hover}; border: 0; border-radius: {p3}px; max-height: {p6}px; min-height: {p6}px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: {p3}px; }}
"""


def build_sheet(style: Style) -> str:
    """Fill the sheet with the colours and zoomed lengths of one style."""
    colors = style.colors
    names = {name: getattr(colors, name).name() for name in colors._fields if name not in ("shadow",)}
    lengths = {f"p{n}": style.px(n) for n in (2, 3, 4, 6, 8, 10, 12, 22, 24, 32)}
    fonts = {"f12": style.px(12)}
    radii = {"r4": style.sizes.radius_small, "r8": style.sizes.radius}
    handle = colors.line.darker(112).name() if not style.is_dark else colors.line.lighter(130).name()
    return _SHEET.format(**names, **lengths, **fonts, **radii, handle=handle)
