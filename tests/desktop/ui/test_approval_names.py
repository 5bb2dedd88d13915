"""Everything the keyboard reaches on the approvals page, and in what opens from it, has a name for who cannot see it."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QWidget

from tests.desktop.ui.test_approvals_screen import approvals
from tests.helpers.signed_in import run
from widgets.approval_values import ApprovalAct

ASKING = (
    ApprovalAct.APPROVE,
    ApprovalAct.REJECT,
    ApprovalAct.RETURN,
    ApprovalAct.TRANSFER,
    ApprovalAct.DELEGATE,
    ApprovalAct.ADD_SIGN,
    ApprovalAct.CC,
)


def nameless(top: QWidget) -> Iterator[str]:
    for widget in (top, *top.findChildren(QWidget)):
        if not widget.isVisible() or not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            continue
        if isinstance(widget.parent(), QAbstractSpinBox):
            continue  # the inside of one that has the name
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        if not widget.accessibleName() and not text:
            yield f"{type(widget).__name__} in {type(widget.parent()).__name__}"


def opened(window: QWidget) -> dict[str, QWidget]:
    """Everything that stands over the window."""
    tops = (one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not window.window())
    return {type(one).__name__: one for one in tops}


def test_the_page_and_the_dialogs_of_acts(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            await page.choose("trip")
            assert list(nameless(page.screen)) == []
            for act in ASKING:
                page.screen.acts.do(act)
                dialog = await page.dialog()
                assert list(nameless(dialog)) == [], act
                dialog.reject()
                await page.desk.until(lambda: page.screen.acts.dialog is None)

    run(qapp, scenario())


def test_what_opens_from_the_menu(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            desk = page.desk.signed_in._desk.approvals
            page.screen.column.head.filter.click()
            for opens in (desk.open_away, desk.verify, desk.open_statistics, desk.open_new):
                opens()
                await page.desk.pause()
            found = opened(page.screen)
            assert {"FilterDialog", "AwayDialog", "VerifyDialog", "NewApprovalWindow"} <= found.keys(), (
                found.keys()
            )
            assert {name: missing for name, one in found.items() if (missing := list(nameless(one)))} == {}
            for one in found.values():
                one.close()

    run(qapp, scenario())
