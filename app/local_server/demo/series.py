"""What is said again and again: builds, the menu, parcels, handovers. Variation comes from the day's number alone."""

from collections.abc import Iterator

from app.local_server.demo.script import Line, Moment

LAST_BUILD = 412
MAINS = ("红烧肉", "清蒸鲈鱼", "宫保鸡丁", "番茄牛腩", "粉蒸排骨", "香煎三文鱼", "土豆烧鸭", "孜然羊肉")
GREENS = ("手撕包菜", "蒜蓉西兰花", "清炒菜心", "干煸四季豆", "上汤娃娃菜", "香菇油菜")
SOUPS = ("冬瓜排骨汤", "紫菜蛋花汤", "玉米山药汤", "番茄蛋汤", "莲藕汤")
FAILURES = (
    "the Windows runner lost its network half-way, retrying",
    "test_resume_after_sleep on macOS, looking",
    "the signature server was slow, retrying",
    "a screenshot test: one pixel, new font package",
)


def series(name: str) -> Iterator[Line]:
    """Give the lines of one series, oldest first. Raises `KeyError` for an unknown name."""
    return _SERIES[name]()


def _builds() -> Iterator[Line]:
    for day in range(60, 0, -1):
        number = LAST_BUILD - day
        when = Moment(day, 5 * 60 + 10 + (number * 7) % 6)
        if number % 13 == 4:
            yield Line("tom", when, f"build {number}: red, {FAILURES[number % len(FAILURES)]}")
            yield Line(
                "tom", when.later(1_500), f"build {number} is green on all three systems after a retry"
            )
        elif day % 2:
            yield Line("tom", when, f"build {number} is green on all three systems")


def _lunch() -> Iterator[Line]:
    for day in range(40, -1, -1):
        menu = "、".join(
            (MAINS[day * 3 % len(MAINS)], MAINS[(day * 5 + 1) % len(MAINS)], GREENS[day % len(GREENS)])
        )
        when = Moment(day, 10 * 60 + 45 + day % 5) if day else Moment(0, 0.0, 200.0)
        yield Line("tangli", when, f"今日午餐：{menu}，汤是{SOUPS[day % len(SOUPS)]}。素食窗口照常。")


def _parcels() -> Iterator[Line]:
    for day in range(58, 0, -3):
        count = 6 + day * 7 % 17
        yield Line(
            "tangli",
            Moment(day, 16 * 60 + day % 40),
            f"前台有 {count} 件快递，18:00 前来取，生鲜两件在冰箱。",
        )


def _handover() -> Iterator[Line]:
    people = ("zhengkai", "priya")
    for turn, day in enumerate(range(60, 0, -5)):
        leaving, coming = people[turn % 2], people[(turn + 1) % 2]
        alarms = day * 3 % 5
        when = Moment(day, 18 * 60 + turn % 9)
        if leaving == "priya":
            yield Line(
                "priya",
                when,
                f"Handover: {alarms} alarms this week, all answered within 5 minutes. Nothing open.",
            )
            yield Line(coming, when.later(240), "接班，收到。")
        else:
            yield Line("zhengkai", when, f"交接：本周告警 {alarms} 条，均已处理，无遗留。")
            yield Line(coming, when.later(240), "Taking over, thanks.")


def _regression() -> Iterator[Line]:
    for turn, day in enumerate(range(57, 0, -5)):
        done = 372 + turn * 3
        known = 412 - done if done > 400 else 9 - turn % 4
        yield Line(
            "machao",
            Moment(day, 17 * 60),
            f"本周回归：412 条，通过 {412 - known}，已知问题 {known}，新增 0。",
        )


_SERIES = {
    "builds": _builds,
    "lunch": _lunch,
    "parcels": _parcels,
    "handover": _handover,
    "regression": _regression,
}
