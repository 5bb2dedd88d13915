"""A request on paper and in files: what stands in the PDF and in the code, what a check says, exports, figures."""

import csv
import io
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.approvals.values import Verdict
from app.domain.approvals.acts import ActKind
from app.domain.approvals.record import parse_code, record_code
from app.domain.approvals.rows import ApprovalBox, ApprovalDetail, ApprovalQuery, Trust
from app.domain.approvals.state import Refusal, RequestState, RequestStatus
from app.domain.ids import RoomID
from app.domain.timeline import SendState
from app.errors import StorageError
from resources.translations import language, set_language
from tests.helpers import approval_record_samples as samples
from tests.helpers.approval_company import ZHAO, Requests
from tests.helpers.approval_record_samples import LI, NOW_MS, name
from tests.helpers.approval_record_samples import LIU as LIU_YANG
from tests.helpers.company import ME
from tests.helpers.pdf_reader import embedded_fonts, page_texts
from tests.helpers.signed_in import Desktop, desktop, run
from ui.desk import Desk
from ui.qr_matrix import qr_matrix
from ui.screens.approval_record.csv_rows import harmless, line_of, to_csv
from ui.screens.approval_record.export import ExportDialog, start_export
from ui.screens.approval_record.record import RecordDialog, open_record
from ui.screens.approval_record.record_document import Comment, record_document
from ui.screens.approval_record.record_pages import RecordPages, page_pixels
from ui.screens.approval_record.saved_file import plain_name, save_whole, with_suffix
from ui.screens.approval_record.statistics_page import StatisticsWindow, begin_ms, open_statistics
from ui.screens.approval_record.verify_dialog import VerifyDialog, open_verify, verdict_words
from widgets.qr_code import QUIET

CODE = "tack:approval:1:!expense:corp.example:" + "5f" * 32


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    before = language()
    set_language("zh")
    yield
    set_language(before)


def pages_of(
    rows: int = 2, state: RequestState | None = None, comments: list[Comment] | None = None, **more: Any
) -> RecordPages:
    made = samples.content(rows)
    detail = samples.detail_of(made, state or samples.pending_state(made))._replace(**more)
    document = record_document(detail, NOW_MS, name, comments)
    return RecordPages(document, CODE, "EXP-2026-01024")


def text_of(pages: RecordPages) -> str:
    """All of it without the breaks between runs."""
    return "".join(page_texts(pages.to_pdf("x"))).replace("\n", "")


# On paper ---------------------------------------------------------------------------------------------------------


def test_the_pdf_tells_form_route_notes_and_proof_as_text(qapp: QApplication) -> None:
    text = text_of(pages_of())
    for words in (
        "张伟的报销",
        "EXP-2026-01024",
        "已封存：任何人（包括管理员）都不能更改表单或审批结果。",
        "¥ 1,280.50",
        "壹仟贰佰捌拾元伍角",
        "2026-11-17 至 2026-11-19 (3 天)",
        "往返二等座",
        "合计",
        "第一天到厂，第二天验货。",
        "发票 3 张.pdf",
        "ab" * 32,
        "住宿标准以内",
        "因为：金额超过 1,000",
        "刘洋 同意",
        "$seal",
        CODE,
        "第 1 页，共",
    ):
        assert words in text, words
    assert "�" not in text
    assert "讨论" not in text


def test_fonts_go_along(qapp: QApplication) -> None:
    assert embedded_fonts(pages_of().to_pdf("x")) >= 2


def test_corrections_refusals_and_what_was_taken_back_stand_in_it(qapp: QApplication) -> None:
    made = samples.content()
    state = samples.busy_state(made)
    values = {**state.values, "amount": {"amount": "99", "currency": "CNY"}, "reason": None}
    del values["reason"]
    entries = (
        *state.entries,
        samples.entry(LI, ActKind.APPROVE, NOW_MS, refusal=Refusal.OTHER_ROUND),
        samples.entry(LIU_YANG, ActKind.APPROVE, NOW_MS, is_taken_back=True, note="又想了想"),
    )
    changed = state._replace(values=values, entries=entries, changed_afterwards=(LIU_YANG,))
    text = text_of(pages_of(state=changed))
    for words in (
        "¥ 99.00",
        "原为：¥ 1,280.50",
        "原为：上海供应商走访",
        "李娜 代 王强 同意",
        "李娜 同意（未生效）",
        "审批在此期间已有变化",
        "刘洋 同意（已拿回）",
        "又想了想",
        "刘洋 事后更改过自己的处理记录",
        "自动通过：在另一步审批",
    ):
        assert words in text, words


def test_what_is_not_sealed_says_so(qapp: QApplication) -> None:
    made = samples.content()
    state = samples.pending_state(made)
    open_room = text_of(pages_of(state=state._replace(status=RequestStatus.UNSEALED), seal=None))
    assert "未封存：发起人仍可修改，不能作为凭证。" in open_room and "已封存" not in open_room
    invalid = text_of(pages_of(state=state._replace(status=RequestStatus.INVALID)))
    assert "已封存，但无效" in invalid
    assert "不是组织发布的" in text_of(pages_of(trust=Trust.DIFFERS))
    row = samples.detail_of(made, state).row._replace(is_whole=False)
    assert "不完整" in text_of(pages_of(row=row))
    assert "不完整" in text_of(pages_of(create_event=None))
    draft = row._replace(send_state=SendState.QUEUED)
    assert "尚未发出" in text_of(pages_of(row=draft, create_event=None, seal=None))


def test_a_long_table_goes_on_over_pages_under_its_head(qapp: QApplication) -> None:
    pages = pages_of(rows=200)
    texts = page_texts(pages.to_pdf("x"))
    assert len(texts) == pages.count > 6
    filled = [text for text in texts if "高铁" in text]
    assert len(filled) > 5 and all("项目" in text and "说明" in text for text in filled)
    assert sum(text.count("高铁") for text in texts) == 100
    assert all(f"第 {n} 页，共 {pages.count} 页" in text for n, text in enumerate(texts, 1))


def test_comments_stand_in_it_only_where_wanted(qapp: QApplication) -> None:
    text = text_of(pages_of(comments=[Comment("刘洋", NOW_MS, "已核对，<b>没有</b>问题")]))
    assert "已核对，<b>没有</b>问题" in text and "讨论" in text
    assert "没有人发言" in text_of(pages_of(comments=[]))


def test_other_paper_gives_other_pages(qapp: QApplication) -> None:
    made = samples.content(60)
    document = record_document(samples.detail_of(made, samples.pending_state(made)), NOW_MS, name)
    small = RecordPages(document, CODE, "x", page_pixels(QPageSize(QPageSize.PageSizeId.A5)))
    assert small.count > pages_of(60).count
    assert b"/MediaBox [0 0 420" in small.to_pdf("x") or b"/MediaBox [0 0 419" in small.to_pdf("x")


@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_the_code_on_the_page_is_the_code_of_the_record(qapp: QApplication, scale: float) -> None:
    pages = pages_of()
    image = QImage((pages.size * scale).toSize(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.scale(scale, scale)
    pages.paint(painter, 0)
    painter.end()
    matrix, area = qr_matrix(CODE), pages.qr_rect()
    assert read_matrix(image, QRectF(area.topLeft() * scale, area.size() * scale), len(matrix)) == matrix


def read_matrix(image: QImage, area: QRectF, side: int) -> tuple[tuple[bool, ...], ...]:
    """Sample the middle of each module."""
    step = area.width() / (side + 2 * QUIET)

    def is_dark(row: int, column: int) -> bool:
        x, y = area.left() + (column + QUIET + 0.5) * step, area.top() + (row + QUIET + 0.5) * step
        return image.pixelColor(int(x), int(y)).lightness() < 128

    return tuple(tuple(is_dark(row, column) for column in range(side)) for row in range(side))


def test_another_record_has_another_code() -> None:
    other = CODE[:-1] + "0"
    assert qr_matrix(CODE) != qr_matrix(other) and len(qr_matrix(CODE)) == len(qr_matrix(other))


# Files ------------------------------------------------------------------------------------------------------------


def test_a_file_is_there_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "record.pdf"
    target.write_bytes(b"older")
    save_whole(target, b"newer")
    assert target.read_bytes() == b"newer" and list(tmp_path.iterdir()) == [target]
    with pytest.raises(StorageError):
        save_whole(tmp_path / "gone" / "record.pdf", b"x")


def test_names_of_files_are_such_on_every_system() -> None:
    assert plain_name('EXP: 1/2 <张伟>"?') == "EXP 1 2 张伟"
    assert plain_name("..") == "record"
    assert with_suffix(Path("a/b"), ".pdf") == Path("a/b.pdf")
    assert with_suffix(Path("a/b.PDF"), ".pdf") == Path("a/b.PDF")


# In spreadsheets --------------------------------------------------------------------------------------------------


def read_csv(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", ["=1+1", "+49", "-x", "@cmd", "\t=1", "\r=1", "  =1", "＝1", "-1+2", "\n=1"])
def test_what_a_spreadsheet_would_compute_is_made_a_text(text: str) -> None:
    assert harmless(text).startswith("'")


@pytest.mark.parametrize("text", ["-12.50", "1280.50", "张伟", "a=b", "", "2026-11-17", "¥ 5"])
def test_what_computes_nothing_stays(text: str) -> None:
    assert harmless(text) == text


def test_one_template_gets_a_column_for_each_field() -> None:
    made = samples.content()
    first = line_of(samples.detail_of(made, samples.pending_state(made)))
    state = samples.busy_state(made)
    evil = state._replace(values={**state.values, "reason": "=HYPERLINK(1)", "items": []})
    second = line_of(samples.detail_of(made, evil))
    head, one, two = read_csv(to_csv([first, second], has_columns=True))
    assert len(head) == len(one) == len(two) == len(set(head))
    by_name = dict(zip(head, one, strict=True))
    assert by_name["编号"] == "EXP-2026-01024" and by_name["金额 (CNY)"] == "1280.50"
    assert (
        by_name["明细"] == "项目: 高铁; 说明: 往返二等座; 金额: 562.50\n项目: 住宿; 说明: 2 晚; 金额: 718.00"
    )
    assert by_name["等待"] == "李娜" and "刘洋 同意" in by_name["处理结果明细"]
    assert dict(zip(head, two, strict=True))["事由"] == "'=HYPERLINK(1)"


def test_several_templates_share_one_column() -> None:
    made = samples.content()
    line = line_of(samples.detail_of(made, samples.pending_state(made)))
    head, row = read_csv(to_csv([line], has_columns=False))
    assert head[-1] == "表单" and "金额 (CNY): 1280.50" in row[-1] and "类型: 差旅" in row[-1]


def test_two_versions_of_a_template_share_what_they_have_in_common() -> None:
    made = samples.content()
    line = line_of(samples.detail_of(made, samples.pending_state(made)))
    renamed = {
        (key, f"{title}!" if key == "kind" else title): text for (key, title), text in line.fields.items()
    }
    head, one, two = read_csv(to_csv([line, line._replace(fields=renamed)], has_columns=True))
    assert head.count("类型") == head.count("类型!") == 1
    assert one[head.index("类型!")] == "" and two[head.index("类型!")] == "差旅"


# With a real cache ------------------------------------------------------------------------------------------------


class Place:
    """The window with requests in its cache."""

    def __init__(self, screen: Desktop, requests: Requests) -> None:
        self.screen, self.requests = screen, requests
        self.desk: Desk = screen.signed_in._desk
        self.window: QWidget = screen.window
        self.told: list[str] = []
        self.desk.tell = lambda text, kind=None: self.told.append(text)  # type: ignore[method-assign]

    def detail(self, name: str) -> ApprovalDetail:
        room_id = self.requests.rooms[name].room_id
        found = self.desk.account.cache.read.approvals.detail(room_id, self.screen.company.now_ms)
        assert found is not None
        return found

    async def sync(self, name: str) -> None:
        update = self.requests.rooms[name].update()
        await self.desk.account.cache.apply_sync(self.screen.company.batch(update))


@asynccontextmanager
async def place(folder: Path) -> AsyncIterator[Place]:
    async with desktop(folder, language="zh") as screen:
        requests = Requests(screen.company.now_ms)
        await screen.account.cache.apply_sync(screen.company.batch(*requests.updates()))
        yield Place(screen, requests)


def test_the_dialog_shows_and_saves_what_the_cache_holds(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with place(tmp_path) as here:
            dialog = open_record(here.desk, here.window, here.detail("trip"))
            assert isinstance(dialog, RecordDialog)
            before = dialog.pages.text
            assert "住宿标准以内" in before and "已核对" not in before
            dialog.with_comments.setChecked(True)
            await here.screen.until(lambda: "住宿标准以内，已核对。" in dialog.pages.text)
            assert "张伟 报销 1280.50" not in dialog.pages.text  # the words for phones are no comment
            dialog.with_comments.setChecked(False)
            assert dialog.pages.text == before
            QTest.keyClick(dialog.preview, Qt.Key.Key_End)
            bar = dialog.preview.verticalScrollBar()
            assert bar.value() == bar.maximum() > 0
            dialog.save(tmp_path / "out")
            await here.screen.until(lambda: here.told)
            data = (tmp_path / "out.pdf").read_bytes()
            assert "张伟的报销" in "".join(page_texts(data)) and here.told == ["已保存为 out.pdf"]

    run(qapp, scenario())


def test_a_printer_gets_pages_of_its_own_paper(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with place(tmp_path) as here:
            dialog = open_record(here.desk, here.window, here.detail("trip"))
            printer = QPrinter(QPrinter.PrinterMode.HighResolution)
            printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
            printer.setOutputFileName(str(tmp_path / "printed.pdf"))
            printer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
            printer.setPageOrientation(QPageLayout.Orientation.Landscape)
            dialog.print_with(printer)
            data = (tmp_path / "printed.pdf").read_bytes()
            assert b"/MediaBox [0 0 595" in data and len(page_texts(data)) > dialog.pages.count
            assert "张伟的报销" in page_texts(data)[0] and "$" in page_texts(data)[-1]

    run(qapp, scenario())


def test_a_place_that_cannot_be_written_is_said_and_the_dialog_stays(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with place(tmp_path) as here:
            dialog = open_record(here.desk, here.window, here.detail("trip"))
            dialog.save(tmp_path / "no such folder" / "out")
            await here.screen.until(lambda: dialog._error.text())
            assert dialog.isVisible() and dialog.button("pdf").isEnabled() and not here.told
            dialog.reject()

    run(qapp, scenario())


def test_a_check_tells_same_earlier_different_and_unknown_apart(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with place(tmp_path) as here:
            trip = here.detail("trip")
            code = record_code(trip.row.room_id, trip.record)
            dialog = open_verify(here.desk, here.window)
            assert not dialog.button("check").isEnabled()
            assert "真实：" in await asked(here, dialog, f"  {code[:40]} {code[40:]}")
            assert dialog.button("open").isVisible()
            wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
            assert "不一致" in await asked(here, dialog, wrong)
            other = record_code(RoomID("!nowhere:acme.example"), trip.record)
            assert "你这里没有这个申请" in await asked(here, dialog, other)
            assert dialog.button("open").isHidden()
            assert "这不是记录码" in await asked(here, dialog, "https://example.org")
            here.requests.rooms["trip"].act(ME, ActKind.APPROVE, "head")
            await here.sync("trip")
            assert "不是最新" in await asked(here, dialog, code)
            dialog.reject()

    run(qapp, scenario())


async def asked(here: Place, dialog: VerifyDialog, code: str) -> str:
    dialog.field.set_text("")
    assert dialog.answer.isHidden()
    dialog.field.set_text(code)
    QTest.keyClick(dialog.field.edit, Qt.Key.Key_Return)
    await here.screen.until(lambda: dialog.answer.isVisible())
    return dialog.answer.text()


def test_each_verdict_has_a_sentence_of_its_own() -> None:
    known = Verdict(samples.ROOM, True, False, False, "t")
    verdicts = [None, known, known._replace(is_known=False), known._replace(is_same=True)]
    verdicts.append(known._replace(is_earlier=True))
    assert len({verdict_words(verdict)[0] for verdict in verdicts}) == 5


def test_a_list_is_exported_with_all_its_requests(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with place(tmp_path) as here:
            query = ApprovalQuery(ApprovalBox.TODO, template_id="expense")
            start_export(here.desk, here.window, query, tmp_path / "list")
            await here.screen.until(lambda: here.told)
            head, *rows = read_csv((tmp_path / "list.csv").read_bytes())
            assert sorted(row[1] for row in rows) == ["张伟的报销", "赵磊的差旅", "陈静的打车费"]
            assert "金额 (CNY)" in head and {row[head.index("金额 (CNY)")] for row in rows} == {"1280.50"}
            assert here.told == ["3 个申请已保存为 list.csv"]
            start_export(here.desk, here.window, ApprovalQuery(ApprovalBox.MINE), tmp_path / "mine.csv")
            await here.screen.until(lambda: len(here.told) == 2)
            assert [row[1] for row in read_csv((tmp_path / "mine.csv").read_bytes())[1:]] == ["李娜的报销"]

    run(qapp, scenario())


def test_an_export_that_is_cancelled_leaves_nothing(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with place(tmp_path) as here:
            folder = tmp_path / "out"
            folder.mkdir()
            dialog = start_export(here.desk, here.window, ApprovalQuery(ApprovalBox.TODO), folder / "list")
            assert isinstance(dialog, ExportDialog)
            dialog.press("cancel")
            await here.screen.pause(0.2)
            assert not list(folder.iterdir()) and not here.told

    run(qapp, scenario())


def test_the_figures_are_those_of_the_cache(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with place(tmp_path) as here:
            room = here.requests.rooms["done"]
            room.act(ZHAO, ActKind.APPROVE, "finance")
            await here.sync("done")
            opened: list[str] = []
            here.desk.approvals.open = opened.append  # type: ignore[method-assign, assignment]
            page = open_statistics(here.desk, here.window)
            assert isinstance(page, StatisticsWindow)
            await here.screen.until(lambda: page.by_template.bars())
            assert [tile.text for tile in page.tiles.tiles()][:4] == ["6", "1", "0", "5"]
            assert page.by_template.bars()[0].words == "报销：申请 6，同意 1，拒绝 0，进行中 5"
            assert page.by_month.bars()[-1].value == 6
            assert page.slowest.bars() and page.steps.bars()
            page.steps.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(page.steps, Qt.Key.Key_Return)
            assert len(opened) == 1 and opened[0] in {
                str(one.room_id) for one in here.requests.rooms.values()
            }
            set_language("en")
            QApplication.sendPostedEvents()
            await here.screen.until(lambda: page.windowTitle() == "Figures of approvals")
            assert page.by_template.bars()[0].words.startswith("Expense: 6 asked")
            QTest.keyClick(page, Qt.Key.Key_Escape)
            await here.screen.pause(0.05)

    run(qapp, scenario())


def test_periods_begin_at_midnight() -> None:
    now = datetime(2026, 11, 22, 15, 30)
    now_ms = round(now.timestamp() * 1000)

    def begins(period: str) -> datetime:
        return datetime.fromtimestamp(begin_ms(period, now_ms) / 1000)

    assert begins("30") == datetime(2026, 10, 24)
    assert begins("year") == datetime(2026, 1, 1)
    assert begin_ms("all", now_ms) == 0


def test_the_code_is_the_one_the_service_reads() -> None:
    parsed = parse_code(CODE)
    assert parsed is not None and record_code(parsed.room_id, parsed.digest) == CODE
