"""The rows of the DING inbox under Qt's model tester, with any change of any list."""

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from app.domain.dings import DingBox, DingSummary
from tests.helpers.ding_rows import NOON_MS, ding
from tests.helpers.gallery_dings import context, received, sent
from ui.models.ding_list_model import DingListModel
from ui.screens.ding.ding_cards import card_of
from ui.screens.ding.ding_state import uid_of
from widgets.ding_values import DING_CARD_ROLE, DingCard

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


class Worded:
    """A model, the rows it worded, and what it told."""

    def __init__(self, now_ms: int = NOON_MS) -> None:
        self.now_ms, self.asked = now_ms, []  # type: ignore[var-annotated]
        self.model = DingListModel(uid_of, self._word)
        self.tester = QAbstractItemModelTester(self.model, FATAL)
        self.changed: list[tuple[int, int]] = []
        self.resets = 0
        self.model.dataChanged.connect(lambda a, b: self.changed.append((a.row(), b.row())))
        self.model.modelReset.connect(self._reset)

    def _word(self, entry: object) -> DingCard:
        self.asked.append(entry)
        return card_of(entry, DingBox.RECEIVED, context(self.now_ms))  # type: ignore[arg-type]

    def _reset(self) -> None:
        self.resets += 1

    def uids(self) -> list[str]:
        rows = range(self.model.rowCount())
        return [self.model.data(self.model.index(row), DING_CARD_ROLE).uid for row in rows]


def rows(names: list[str], **values: object) -> list[DingSummary]:
    return [ding(name, **values) for name in names]


names = st.lists(st.sampled_from([f"d{n}" for n in range(12)]), unique=True)


@given(first=names, lists=st.lists(st.tuples(names, st.booleans()), max_size=6))
@settings(max_examples=60)
def test_any_list_after_any_other(
    qapp: QApplication, first: list[str], lists: list[tuple[list[str], bool]]
) -> None:
    worded = Worded()
    worded.model.set_entries(rows(first))
    for wanted, is_confirmed in lists:
        values = {"is_open": not is_confirmed, "confirmed_at_ms": NOON_MS if is_confirmed else None}
        worded.uids()
        worded.model.set_entries(rows(wanted, **values))
        assert worded.uids() == [f"${name}" for name in wanted]
        for row in range(len(wanted)):
            card = worded.model.data(worded.model.index(row), DING_CARD_ROLE)
            assert bool(card.done) is is_confirmed
        assert [worded.model.row_of(f"${name}") for name in wanted] == list(range(len(wanted)))
    assert worded.model.row_of("$unknown") == -1


def test_a_row_that_changes_keeps_its_index(qapp: QApplication) -> None:
    worded = Worded()
    worded.model.set_entries(rows(["a", "b", "c"]))
    worded.uids()
    kept = QPersistentModelIndex(worded.model.index(1))
    selection = QItemSelectionModel(worded.model)
    selection.select(worded.model.index(1), QItemSelectionModel.SelectionFlag.Select)
    worded.model.set_entries([*rows(["new", "a"]), ding("b", comments=4), *rows(["c"])])
    assert (kept.row(), worded.resets) == (2, 0)
    assert selection.isSelected(worded.model.index(2))
    assert worded.changed == [(2, 2)]


def test_a_page_below_words_only_its_own_rows(qapp: QApplication) -> None:
    worded = Worded()
    worded.model.set_entries(rows([f"d{n}" for n in range(50)]))
    worded.uids()
    worded.asked.clear()
    worded.model.append(rows([f"d{n}" for n in range(45, 100)]))
    assert worded.model.rowCount() == 100
    worded.uids()
    assert len(worded.asked) == 50
    worded.model.append(rows(["d3"]))
    assert worded.model.rowCount() == 100


def test_seconds_change_only_what_counts_them(qapp: QApplication) -> None:
    worded = Worded()
    worded.model.set_entries(sent())
    worded.uids()
    assert worded.model.is_ticking()
    worded.asked.clear()
    worded.now_ms += 1000
    worded.model.tick()
    assert len(worded.asked) == 1  # as received dings only the one that is being sent counts
    assert worded.changed == [(0, 0)]
    worded.model.set_entries(rows(["a"]))
    worded.uids()
    assert not worded.model.is_ticking()


def test_the_words_of_a_row_are_spoken(qapp: QApplication) -> None:
    from PySide6.QtCore import Qt

    worded = Worded()
    worded.model.set_entries(received())
    index = worded.model.index(1)
    spoken = worded.model.data(index, Qt.ItemDataRole.AccessibleTextRole)
    assert "王敏" in spoken
    assert worded.model.data(index) == "王敏"
    assert worded.model.data(index, Qt.ItemDataRole.DecorationRole) is None
