"""Who works at Qingshi (青石科技), a company of 24 that makes a desk terminal, and one supplier."""

from dataclasses import dataclass

COMPANY = "青石科技 Qingshi"

DEPARTMENTS: dict[str, str] = {
    "design": "设计部",
    "market": "市场部",
    "rd": "研发部 R&D",
    "people": "人力资源部",
    "finance": "财务部",
    "supply": "供应链部",
}


@dataclass(frozen=True, slots=True)
class Team:
    """A group inside a department, a unit of its own."""

    department: str
    name: str
    members: tuple[str, ...]
    """Who leads it first."""


TEAMS: dict[str, Team] = {"product": Team("market", "产品市场组", ("lina", "gaoxiang", "sofia"))}


@dataclass(frozen=True, slots=True)
class Person:
    """An account: local part of the id, the name shown, the department (empty: not an employee), the title."""

    key: str
    name: str
    department: str
    title: str
    is_head: bool = False


PEOPLE: tuple[Person, ...] = (
    Person("wangmin", "王敏", "design", "设计总监", is_head=True),
    Person("sunyue", "孙悦", "design", "视觉设计师"),
    Person("helin", "何琳", "design", "工业设计师"),
    Person("emma", "Emma Clark", "design", "UX researcher"),
    Person("zhangwei", "张伟", "market", "市场总监", is_head=True),
    Person("lina", "李娜", "market", "产品市场经理"),
    Person("gaoxiang", "高翔", "market", "渠道经理"),
    Person("sofia", "Sofia Rossi", "market", "Overseas sales"),
    Person("liuyang", "刘洋", "rd", "总经理 · 研发总监", is_head=True),
    Person("tom", "Tom", "rd", "Release engineer"),
    Person("wutao", "吴涛", "rd", "固件工程师"),
    Person("zhengkai", "郑凯", "rd", "后端工程师"),
    Person("linxiao", "林晓", "rd", "前端工程师"),
    Person("priya", "Priya Nair", "rd", "Backend engineer"),
    Person("machao", "马超", "rd", "测试工程师"),
    Person("chenjing", "陈静", "people", "人力资源总监", is_head=True),
    Person("xuting", "徐婷", "people", "招聘专员"),
    Person("tangli", "唐丽", "people", "行政专员"),
    Person("zhaolei", "赵磊", "finance", "财务总监", is_head=True),
    Person("huangting", "黄婷", "finance", "会计"),
    Person("hanbing", "韩冰", "supply", "供应链总监", is_head=True),
    Person("luobin", "罗斌", "supply", "采购经理"),
    Person("songjie", "宋杰", "supply", "质量工程师"),
    Person("dengqiang", "邓强", "supply", "仓储主管"),
    Person("zhoufang", "周芳（华隆零部件）", "", "供应商 · 客户经理"),
)

BY_KEY = {person.key: person for person in PEOPLE}
EMPLOYEES = tuple(person for person in PEOPLE if person.department)
COMPANY_HEAD = "liuyang"
SIGNED_IN = "lina"
PASSWORD = "qingshi-demo"
