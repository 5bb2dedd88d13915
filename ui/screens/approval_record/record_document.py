"""One request as a document: head, form, route, what everybody did, comments, and what proves it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from app.domain.approvals.record import record_code
from app.domain.approvals.rows import Trust
from app.domain.approvals.state import FINAL, RequestStatus
from app.domain.ids import UserID, localpart_of
from app.domain.visible import one_line
from resources.translations import tr
from ui.approval_task_words import Scene, paper_moment, step_title, task_lines, task_name, voices
from ui.approval_words import (
    auto_words,
    branch_words,
    entry_words,
    mode_words,
    refusal_words,
    status_words,
    words_of,
)
from ui.screens.approval_record.paper import BODY, HERO, SMALL, Cell, Paper, Run
from ui.screens.approval_record.record_form import write_form

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QTextDocument

    from app.domain.approvals.rows import ApprovalDetail
    from app.domain.approvals.state import Entry, StepState

    Name = Callable[[str], str]

_CORNER = 120.0
"""Free at the right of the head: the code is painted there."""
_NAMES, _VALUES = 18.0, 82.0


class Comment(NamedTuple):
    """One message of the discussion."""

    name: str
    ts_ms: int
    text: str


def record_document(
    detail: ApprovalDetail, now_ms: int, name: Name, comments: Sequence[Comment] | None = None
) -> QTextDocument:
    """Write the record; `comments` None leaves them out."""
    paper = Paper()
    scene = Scene(detail.state, None, now_ms, name, is_paper=True)
    _head(paper, detail, scene)
    paper.heading(tr("Form"))
    write_form(paper, detail.content.template, detail.content.values, detail.state.values, name)
    paper.heading(tr("Route"))
    _route(paper, detail, scene)
    paper.heading(tr("What was done"))
    _acts(paper, detail, scene)
    if comments is not None:
        paper.heading(tr("Discussion"))
        _comments(paper, comments)
    paper.heading(tr("Proof"))
    _proof(paper, detail)
    return paper.document


def seal_words(detail: ApprovalDetail) -> tuple[str, str]:
    """Say whether nobody can change it, and in which colour role."""
    status = detail.state.status
    if detail.row.send_state is not None:
        return tr("Not sent yet: this is a draft."), "attention_text"
    if detail.create_event is None or not detail.row.is_whole:
        return tr(
            "Not complete: older events are still being fetched. Print it again later."
        ), "attention_text"
    if status is RequestStatus.UNSEALED or detail.seal is None:
        return tr("Not sealed: its maker can still change it. It proves nothing."), "attention_text"
    if status is RequestStatus.INVALID:
        return tr("Sealed, but not valid: form and route do not fit the template."), "attention_text"
    if detail.trust is Trust.DIFFERS:
        words = tr("Sealed, but its template is not the one the organisation published. Do not rely on it.")
        return words, "attention_text"
    return tr("Sealed: nobody, not even an administrator, can change the form or a decision."), "done_text"


def _head(paper: Paper, detail: ApprovalDetail, scene: Scene) -> None:
    """Title at the left; the corner at the right stays free for the code."""
    status, seal = detail.state.status, seal_words(detail)
    role = {
        RequestStatus.APPROVED: "done_text",
        RequestStatus.PENDING: "waiting_text",
        RequestStatus.RETURNED: "waiting_text",
    }.get(status, "attention_text")
    template = (
        f"{words_of(detail.content.template.name)} · {tr('version {n}', n=detail.content.template.version)}"
    )
    paper.paragraph(Run(detail.content.title, size=HERO, is_bold=True), right=_CORNER)
    paper.paragraph(
        Run(f"{detail.content.number}   ", "text2"), Run(template, "text2"), after=4, right=_CORNER
    )
    paper.paragraph(
        Run(status_words(status), role, 15, True), Run(_since(detail), "text2"), after=4, right=_CORNER
    )
    paper.paragraph(Run(seal[0], seal[1], SMALL), after=18, right=_CORNER)
    department = detail.content.facts.department_name
    asker = (scene.name(detail.state.requester), f"  {detail.state.requester}")
    rows: list[tuple[Cell, Cell]] = [
        ((Run(tr("Asked by"), "text2"),), (Run(asker[0]), Run(asker[1], "text2", SMALL))),
        ((Run(tr("Asked at"), "text2"),), (Run(paper_moment(detail.row.made_ms)),)),
    ]
    if department:
        rows.insert(1, ((Run(tr("Department"), "text2"),), (Run(department),)))
    if detail.state.cc:
        copies = tr(", ").join(map(scene.name, detail.state.cc))
        rows.append(((Run(tr("Copies"), "text2"),), (Run(copies),)))
    paper.table(rows, (_NAMES, _VALUES))


def _since(detail: ApprovalDetail) -> str:
    finished = detail.state.finished_ms
    return f"   {paper_moment(finished)}" if detail.state.status in FINAL and finished else ""


def _route(paper: Paper, detail: ApprovalDetail, scene: Scene) -> None:
    rows: list[tuple[Cell, ...]] = [_titles(tr("Step"), tr("Who"), tr("Decision"))]
    for step in detail.state.steps:
        rows += _step_rows(detail, step, scene)
    paper.table(rows, (24, 24, 52), has_head=True)


def _step_rows(detail: ApprovalDetail, step: StepState, scene: Scene) -> list[tuple[Cell, ...]]:
    because = branch_words(detail.content.template, step, scene.name)
    small = "\n".join(
        filter(
            None,
            (
                mode_words(step.mode, step.need, voices(step)),
                tr("Because: {reason}", reason=because) if because else "",
            ),
        )
    )
    first: Cell = (Run(step_title(step)), Run(f"\n{small}" if small else "", "text2", SMALL))
    if not step.tasks:
        auto = auto_words(step.auto) if step.auto is not None else ""
        return [(first, (), (Run(auto, "text2"),))]
    rows: list[tuple[Cell, ...]] = []
    for task in step.tasks:
        lines = task_lines(scene, step, task)
        user = Run(f"\n{task.actor or task.user}", "text2", SMALL)
        rows.append(
            (
                () if rows else first,
                (Run(task_name(scene, task)), user),
                (Run(lines[0] if lines else ""), Run("".join(f"\n{line}" for line in lines[1:]), "text2")),
            )
        )
    return rows


def _acts(paper: Paper, detail: ApprovalDetail, scene: Scene) -> None:
    asked = tr("{name} asked", name=scene.name(detail.state.requester))
    rows: list[tuple[Cell, ...]] = [_titles(tr("Time"), tr("Act"), tr("Event"))]
    rows.append(_act_row(detail.row.made_ms, (Run(asked),), detail.create_event or ""))
    rows += [
        _act_row(entry.ts_ms, _act_runs(entry, detail, scene), entry.event_id)
        for entry in detail.state.entries
    ]
    paper.table(rows, (21, 41, 38), has_head=True)
    for user in detail.state.changed_afterwards:
        words = tr(
            "{name} changed their list of acts afterwards; what stood first counts.", name=scene.name(user)
        )
        paper.paragraph(Run(words, "attention_text", SMALL), before=4)


def _act_row(ts_ms: int, runs: Cell, event_id: str) -> tuple[Cell, ...]:
    shown = event_id or tr("will be sent")
    return (Run(paper_moment(ts_ms), "text2", SMALL),), runs, (Run(shown, "text2", SMALL),)


def _act_runs(entry: Entry, detail: ApprovalDetail, scene: Scene) -> Cell:
    is_dead = entry.refusal is not None or entry.is_taken_back
    runs = [Run(entry_words(entry, detail.state, scene.name), "text2" if is_dead else "text1")]
    if entry.act.note:
        runs.append(Run(f"\n{entry.act.note}", "text2"))
    if entry.act.files:
        names = tr(", ").join(f"{file.name} (SHA-256 {file.sha256})" for file in entry.act.files)
        runs.append(Run(f"\n{names}", "text2", SMALL))
    if entry.refusal is not None:
        runs.append(Run(f"\n{refusal_words(entry.refusal)}", "attention_text", SMALL))
    return tuple(runs)


def _comments(paper: Paper, comments: Sequence[Comment]) -> None:
    if not comments:
        paper.paragraph(Run(tr("Nobody has written anything."), "text2"))
    for comment in comments:
        paper.paragraph(
            Run(comment.name, is_bold=True),
            Run(f"   {paper_moment(comment.ts_ms)}", "text2", SMALL),
            before=4,
        )
        paper.paragraph(Run(comment.text, size=BODY))


def _proof(paper: Paper, detail: ApprovalDetail) -> None:
    words = tr(
        "The code at the top holds the digest of all events of this request. In Tack, “Check a record” "
        "compares it with the request as the server holds it."
    )
    paper.paragraph(Run(words, "text2", SMALL), after=6)
    zone = datetime.fromtimestamp(detail.row.made_ms / 1000).astimezone().strftime("%z")
    code = record_code(detail.row.room_id, detail.record) if detail.create_event is not None else ""
    facts = (
        (tr("Room"), str(detail.row.room_id)),
        (tr("Made by"), str(detail.create_event or "")),
        (tr("Sealed by"), str(detail.seal or "")),
        (tr("Template"), f"{detail.content.template.id} · SHA-256 {detail.content.template_hash}"),
        (tr("Code"), code),
        (tr("Times"), f"UTC{zone[:3]}:{zone[3:]}"),
    )
    rows = [((Run(title, "text2", SMALL),), (Run(value, "text1", SMALL),)) for title, value in facts]
    paper.table(rows, (_NAMES, _VALUES))


def _titles(*texts: str) -> tuple[Cell, ...]:
    return tuple((Run(text, "text2", SMALL, True),) for text in texts)


def name_of(detail: ApprovalDetail, others: Callable[[UserID], str] = localpart_of) -> Name:
    """Give names as the request kept them; `others` names those who came later, such as who it was passed on to."""

    def name(user: str) -> str:
        return one_line(detail.content.names.get(user) or others(UserID(user)))

    return name
