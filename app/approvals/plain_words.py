"""An act as a message that every Matrix client shows; and its words where the interface gave none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.approvals.making import bounded, text_mark
from app.domain.approvals.acts import Act, ActKind
from app.domain.approvals.state import FINAL
from app.domain.approvals.wire import TEXT_FIELD
from app.domain.dings import BODY_PREFIX, DING_FIELD, DingContent, DingKind, ding_json
from app.domain.ids import UserID, localpart_of
from app.domain.visible import one_line
from app.sending.contents import Relations, text_content

if TYPE_CHECKING:
    from app.domain.approvals.request import RequestContent
    from app.domain.approvals.state import RequestState
    from app.domain.content import JSONObject

_WORDS: dict[ActKind, tuple[str, str]] = {
    ActKind.APPROVE: ("✅ {who} 同意", "✅ {who} approved"),
    ActKind.REJECT: ("❌ {who} 拒绝", "❌ {who} rejected"),
    ActKind.RETURN: ("↩️ {who} 退回", "↩️ {who} returned it"),
    ActKind.TRANSFER: ("➡️ {who} 转交给 {people}", "➡️ {who} passed it to {people}"),
    ActKind.DELEGATE: ("➡️ {who} 委派给 {people}", "➡️ {who} asked {people} for an opinion"),
    ActKind.ADD_SIGN: ("➕ {who} 加签 {people}", "➕ {who} added {people}"),
    ActKind.REMOVE_SIGN: ("➖ {who} 减签 {people}", "➖ {who} removed {people}"),
    ActKind.TAKE_BACK: ("⏪ {who} 拿回", "⏪ {who} took it back"),
    ActKind.WITHDRAW: ("🚫 {who} 撤回", "🚫 {who} withdrew it"),
    ActKind.RESUBMIT: ("🔄 {who} 重新提交", "🔄 {who} handed it in again"),
    ActKind.CC: ("📄 {who} 抄送 {people}", "📄 {who} gave a copy to {people}"),
    ActKind.URGE: ("⏰ {who} 催办", "⏰ {who} asks for a decision"),
    ActKind.DEPUTISE: ("🔁 {who} 由 {people} 代理", "🔁 {who} is represented by {people}"),
}


def act_message(
    me: UserID, act: Act, text: str, content: RequestContent, before: RequestState, after: RequestState
) -> JSONObject:
    """Write the message of an act that stands.

    It rings (`m.text` with mentions) for those whose turn it has become, for those who got a copy by it and, at the end,
    for who asked; an urge is a DING to all it waits for; everything else is a notice.
    """
    words = bounded("\n".join([text or act_words(me, act, content), *_file_lines(act)]))
    if act.kind is ActKind.URGE:
        return _urge(me, words, content, after)
    is_end = after.status in FINAL and before.status not in FINAL
    turn = [user for user in after.waiting if user not in before.waiting]
    copied = [user for user in after.cc if user not in before.cc]
    concerned = (*turn, *copied, *((after.requester,) if is_end else ()))
    named = [user for user in dict.fromkeys(concerned) if user != me]
    message = text_content(words, None, named, Relations()) | {TEXT_FIELD: text_mark(act.id)}
    return message if named else message | {"msgtype": "m.notice"}


def _urge(me: UserID, words: str, content: RequestContent, state: RequestState) -> JSONObject:
    """Write an urge: a DING in the request's own room, where a phone shows the form above it. Not marked as repetition:
    Tack too shows it among what is said about the request."""
    waiting = tuple(user for user in state.duties_at(state.urged_ms) if user != me)
    body = f"{BODY_PREFIX}{words}\n{content.title} {content.number}"
    message = text_content(body, None, waiting, Relations())
    return message | {DING_FIELD: ding_json(DingContent(DingKind.NOTICE, waiting))} if waiting else message


def act_words(me: UserID, act: Act, content: RequestContent) -> str:
    """Word an act, in the language of the request."""
    zh, en = _WORDS[act.kind]
    template = zh if content.language.startswith("zh") else en
    people = ", ".join(_name(content, user) for user in act.people)
    line = template.format(who=_who(me, act, content), people=people)
    return f"{line}\n{act.note}" if act.note else line


def _who(me: UserID, act: Act, content: RequestContent) -> str:
    if not act.on_behalf:
        return _name(content, me)
    both = "{name} 代 {other}" if content.language.startswith("zh") else "{name} for {other}"
    return both.format(name=_name(content, me), other=_name(content, act.on_behalf))


def _file_lines(act: Act) -> list[str]:
    """Name what came with it: the files themselves are in Tack."""
    return [f"📎 {one_line(file.name)}" for file in act.files]


def _name(content: RequestContent, user: str) -> str:
    return content.names.get(user) or localpart_of(UserID(user))
