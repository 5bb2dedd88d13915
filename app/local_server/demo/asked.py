"""What the company's people have asked for: the forms, and what was done about each, in order.

An act is who, what, and a note. `lina` has to act on five of them, has asked three, has decided others, has copies of two.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.domain.approvals.acts import ActKind
from app.domain.content import JSONObject

Form = dict[str, Any]
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Done:
    """One act."""

    who: str
    kind: ActKind = ActKind.APPROVE
    note: str = ""
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    who: str
    template: str
    code: str
    """The letters of its number."""
    form: Form
    done: tuple[Done, ...] = ()
    chosen: tuple[str, ...] = ()
    """Whom the requester chose, where the template asks."""
    copies: tuple[str, ...] = ()
    files: tuple[tuple[str, str, int], ...] = ()
    """(field, name, size in KB)."""
    said: tuple[tuple[str, str], ...] = ()
    """Who wrote what beside it."""


RELEASE: JSONObject = {
    "id": "release",
    "version": 1,
    "name": {"zh": "对外发布", "en": "Publication"},
    "about": {
        "zh": "海报、新闻稿、公众号等对外内容",
        "en": "Posters, press, posts: whatever leaves the house",
    },
    "group": {"zh": "市场", "en": "Marketing"},
    "icon": "megaphone",
    "prefix": "REL",
    "fields": [
        {
            "key": "subject",
            "kind": "text",
            "name": {"zh": "内容", "en": "What"},
            "is_required": True,
            "is_key": True,
            "max_length": 100,
        },
        {
            "key": "where",
            "kind": "multiple",
            "name": {"zh": "渠道", "en": "Where"},
            "is_required": True,
            "is_key": True,
            "options": [
                {"key": "web", "name": {"zh": "官网", "en": "Website"}},
                {"key": "wechat", "name": {"zh": "公众号", "en": "WeChat"}},
                {"key": "press", "name": {"zh": "媒体", "en": "Press"}},
                {"key": "fair", "name": {"zh": "展会", "en": "Trade fair"}},
            ],
        },
        {
            "key": "day",
            "kind": "date",
            "name": {"zh": "发布日期", "en": "Publication day"},
            "is_required": True,
        },
        {"key": "files", "kind": "file", "name": {"zh": "稿件", "en": "Drafts"}},
        {"key": "note", "kind": "long_text", "name": {"zh": "说明", "en": "Note"}},
    ],
    "route": {
        "nodes": [
            {
                "node": "step",
                "key": "manager",
                "name": {"zh": "直属上级", "en": "Direct manager"},
                "mode": "any",
                "who": [{"kind": "manager"}],
            },
            {
                "node": "step",
                "key": "brand",
                "name": {"zh": "品牌审核", "en": "Brand review"},
                "mode": "any",
                "who": [{"kind": "role", "role": "brand"}],
            },
        ],
        "on_nobody": "choose",
    },
}
"""A template of the company's own."""

ROLES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "finance": ("财务", "Finance", ("zhaolei", "huangting")),
    "hr": ("人事", "Human resources", ("chenjing", "xuting")),
    "office": ("行政服务台", "Office desk", ("tangli",)),
    "seal_keeper": ("印章保管人", "Keeper of the seals", ("tangli",)),
    "brand": ("品牌审核", "Brand review", ("lina", "zhangwei")),
}
"""Role → name in Chinese and English, people."""


def yuan(amount: str) -> Form:
    """Write an amount."""
    return {"amount": amount, "currency": "CNY"}


def _bill(item: str, note: str, amount: str) -> Form:
    return {"item": item, "note": note, "amount": yuan(amount)}


def asked(today: date) -> tuple[Asked, ...]:
    """Give all requests; their dates lie around today."""

    def day(ahead: int) -> str:
        """Give a working day before or after today."""
        found = today
        for _ in range(abs(ahead)):
            found += timedelta(days=1 if ahead > 0 else -1)
            while found.weekday() >= SATURDAY:
                found += timedelta(days=1 if ahead > 0 else -1)
        return found.isoformat()

    def days(first: int, last: int, **halves: str) -> Form:
        return {"from": day(first), "to": day(last), **halves}

    return (*_of_the_team(day, days), *_of_lina(day, days), *_of_others(day, days))


def _of_the_team(day: Any, days: Any) -> tuple[Asked, ...]:
    approve, reject = ActKind.APPROVE, ActKind.REJECT
    return (
        Asked(
            "gaoxiang",
            "expense",
            "7K3QF",
            {
                "kind": "travel",
                "subject": "上海供应商走访",
                "dates": days(-5, -3),
                "items": [_bill("train", "往返二等座", "562.50"), _bill("hotel", "2 晚", "718.00")],
            },
            files=(("files", "发票 3 张.pdf", 210),),
            said=(("zhangwei", "住宿标准以内，已核对。"), ("gaoxiang", "发票原件周一交到财务。")),
        ),
        Asked(
            "sofia",
            "leave",
            "M4TXA",
            {
                "kind": "annual",
                "dates": days(7, 9, from_half="pm"),
                "reason": "家人来访",
                "phone": "138 0013 8000",
            },
        ),
        Asked(
            "gaoxiang",
            "business_trip",
            "P9WDC",
            {
                "place": "深圳、东莞",
                "dates": days(10, 15),
                "reason": "走访华南渠道，谈明年框架",
                "transport": ["flight", "train"],
                "budget": yuan("12600"),
                "advance": yuan("5000"),
            },
            (Done("lina", approve, "行程合理，预算再压一压更好。"),),
        ),
        Asked(
            "sofia",
            "expense",
            "B6RNE",
            {"kind": "guests", "subject": "米兰客户午餐", "items": [_bill("meal", "4 人", "836.00")]},
            (Done("lina", approve), Done("huangting", approve, "已入账，下周三付款。")),
        ),
        Asked(
            "gaoxiang",
            "purchase",
            "C2HVK",
            {
                "subject": "展会平板 × 4",
                "kind": "equipment",
                "items": [{"name": "平板电脑", "model": "11 寸", "count": "4", "each": yuan("3299")}],
                "reason": "展台演示",
            },
            (
                Done("lina", approve, "展台确实需要。"),
                Done("zhangwei", reject, "研发部有 6 台闲置的，先借用。"),
            ),
        ),
        Asked(
            "sofia",
            "business_trip",
            "D8YLG",
            {"place": "汉堡", "dates": days(20, 23), "reason": "渠道商年会", "budget": yuan("31000")},
            (Done("lina", reject, "今年只去一次欧洲，和三月的展会合并。"),),
        ),
    )


def _of_lina(day: Any, days: Any) -> tuple[Asked, ...]:
    return (
        Asked(
            "lina",
            "purchase",
            "E5ZQS",
            {
                "subject": "笔记本电脑 × 6",
                "kind": "equipment",
                "items": [{"name": "笔记本电脑", "model": "14 寸 32 GB", "count": "6", "each": yuan("7900")}],
                "reason": "产品市场组新人入职",
                "needed": day(14),
            },
            (Done("zhangwei", ActKind.APPROVE, "同意，型号与研发统一。"),),
        ),
        Asked(
            "lina",
            "expense",
            "F3JMT",
            {
                "kind": "office",
                "subject": "彩排物料",
                "items": [_bill("goods", "易拉宝 2 个", "380.00"), _bill("taxi", "送货", "64.50")],
            },
            (Done("zhangwei", ActKind.RETURN, "打车请补行程单，其余没问题。"),),
        ),
        Asked(
            "lina",
            "leave",
            "G7XPU",
            {"kind": "time_off", "dates": days(4, 4), "reason": "周末彩排调休"},
            (Done("zhangwei", ActKind.APPROVE),),
        ),
        Asked(
            "lina",
            "overtime",
            "H4BWV",
            {
                "when": {"from": f"{day(-1)}T18:30+08:00", "to": f"{day(-1)}T21:30+08:00"},
                "day": "workday",
                "pay": "time_off",
                "reason": "彩排",
            },
            (Done("lina", ActKind.WITHDRAW, "和周末的一起提交。"),),
        ),
    )


def _of_others(day: Any, days: Any) -> tuple[Asked, ...]:
    return (
        Asked(
            "sunyue",
            "release",
            "J9KDN",
            {
                "subject": "新品海报主视觉",
                "where": ["web", "fair"],
                "day": day(6),
                "note": "三个尺寸，文案已定稿。",
            },
            (Done("wangmin", ActKind.APPROVE, "主视觉就用第二版。"),),
            files=(("files", "主视觉-第二版.pdf", 480),),
        ),
        Asked(
            "tangli",
            "general",
            "K6FSR",
            {
                "subject": "年会场地定金",
                "reason": "两家场地对比见附件，倾向滨江那家，可退。",
                "amount": yuan("8000"),
            },
            (Done("chenjing", ActKind.APPROVE, "滨江的交通更方便。"),),
            chosen=("chenjing", "lina", "zhaolei"),
            files=(("files", "场地对比.pdf", 96),),
        ),
        Asked(
            "wangmin",
            "seal",
            "L2NGH",
            {
                "seal": ["contract"],
                "document": "华隆零部件框架协议",
                "kind": "contract",
                "copies": "4",
                "amount": yuan("36000"),
                "partner": "华隆零部件",
                "outside": "no",
            },
            (Done("liuyang"), Done("tangli", ActKind.APPROVE, "已盖章，扫描件稍后上传。")),
            copies=("lina",),
            files=(("files", "框架协议-定稿.pdf", 340),),
        ),
        Asked(
            "luobin",
            "purchase",
            "N8VTC",
            {
                "subject": "试产物料",
                "kind": "supplies",
                "items": [
                    {"name": "外壳", "model": "A 面拉丝", "count": "500", "each": yuan("46.80")},
                    {"name": "屏幕总成", "model": "10.1 寸", "count": "500", "each": yuan("213")},
                ],
                "reason": "首批试产 500 台",
                "supplier": "华隆零部件",
            },
            (
                Done("hanbing"),
                Done("liuyang", ActKind.ADD_SIGN, "质量先看一眼。", ("songjie",)),
            ),
            copies=("lina",),
        ),
    )
