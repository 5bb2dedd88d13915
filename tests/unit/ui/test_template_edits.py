"""Editing templates: every edit gives another template, keys stay unique, and each can be undone and done again."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.approvals.template import (
    Compare,
    Condition,
    Field,
    FieldKind,
    Fork,
    Option,
    Route,
    StepMode,
    StepRule,
    Template,
)
from app.domain.approvals.wire import MAX_DEPTH
from ui.screens.approval_designer import field_edits as forms
from ui.screens.approval_designer import route_edits as routes
from ui.screens.approval_designer.edit_history import EditHistory
from ui.screens.approval_designer.route_edits import Place

NAME = {"zh": "甲", "en": "A"}


def empty() -> Template:
    return Template("t", 1, NAME, (), Route(()))


def with_fields(*kinds: FieldKind) -> Template:
    template = empty()
    for kind in kinds:
        template, _ = forms.insert_field(template, field_of(template, kind))
    return template


def field_of(template: Template, kind: FieldKind) -> Field:
    return Field(forms.new_key(template, kind.value), kind, NAME)


def with_steps(count: int) -> Template:
    template = empty()
    for at in range(count):
        template = routes.insert_node(template, Place(at=at), routes.new_step(template, NAME))
    return template


def with_fork() -> Template:
    """A step, a fork with a branch that has a step, a step."""
    template = with_steps(2)
    template = routes.insert_node(template, Place(at=1), routes.new_fork(template, NAME, NAME))
    return routes.insert_node(template, Place("fork1", "fork1_1", 0), routes.new_step(template, NAME))


def keys(template: Template) -> list[str]:
    return [node.key for node in routes.nodes_of(template)]


def test_a_field_comes_behind_the_chosen_one() -> None:
    template = with_fields(FieldKind.TEXT, FieldKind.DATE)
    template, path = forms.insert_field(template, field_of(template, FieldKind.TEXT), ("text1",))
    assert path == ("text2",)
    assert [field.key for field in template.fields] == ["text1", "text2", "date1"]


def test_a_field_behind_a_column_becomes_a_column_where_it_can() -> None:
    template = with_fields(FieldKind.TABLE)
    template, first = forms.insert_column(template, "table1", field_of(template, FieldKind.MONEY))
    template, second = forms.insert_field(template, field_of(template, FieldKind.TEXT), first)
    template, third = forms.insert_field(template, field_of(template, FieldKind.TABLE), second)
    assert second == ("table1", "text1") and third == ("table2",)
    assert forms.paths_of(template) == [("table1",), ("table1", "money1"), ("table1", "text1"), ("table2",)]


def test_removing_a_field_chooses_its_neighbour() -> None:
    template = with_fields(FieldKind.TEXT, FieldKind.DATE, FieldKind.MONEY)
    template, chosen = forms.remove_field(template, ("date1",))
    assert chosen == ("money1",)
    template, chosen = forms.remove_field(template, ("money1",))
    assert chosen == ("text1",)
    template, chosen = forms.remove_field(template, ("text1",))
    assert chosen == () and template.fields == ()


def test_columns_move_within_their_table() -> None:
    template = with_fields(FieldKind.TABLE)
    for kind in (FieldKind.TEXT, FieldKind.MONEY, FieldKind.DATE):
        template, _ = forms.insert_column(template, "table1", field_of(template, kind))
    template = forms.move_field(template, ("table1", "date1"), 0)
    assert forms.paths_of(template)[1:] == [("table1", "date1"), ("table1", "text1"), ("table1", "money1")]
    assert forms.place_of(template, ("table1", "money1")) == 2


def test_a_copy_of_a_table_has_keys_of_its_own() -> None:
    template = with_fields(FieldKind.TABLE)
    template, _ = forms.insert_column(template, "table1", field_of(template, FieldKind.TEXT))
    template, path = forms.duplicate_field(template, ("table1",))
    assert path == ("table2",)
    assert forms.paths_of(template)[-1] == ("table2", "text2")


def test_a_choice_that_goes_is_no_default_any_more() -> None:
    template = with_fields(FieldKind.SINGLE)
    path = ("single1",)
    for _ in range(3):
        template = forms.insert_option(template, path, NAME)
    template = forms.change_field(template, path, default="option2")
    template = forms.move_option(template, path, "option3", -1)
    field = forms.field_at(template, path)
    assert field is not None and [one.key for one in field.options] == ["option1", "option3", "option2"]
    template = forms.remove_option(template, path, "option2")
    field = forms.field_at(template, path)
    assert field is not None and field.default == "" and Option("option2", NAME) not in field.options
    template = forms.change_option(template, path, "option1", {"zh": "乙"})
    field = forms.field_at(template, path)
    assert field is not None and field.options[0].name == {"zh": "乙"}


def test_who_names_a_field_is_known() -> None:
    template = with_fork()
    template, _ = forms.insert_field(
        template, Field("formula1", FieldKind.FORMULA, NAME, formula="sum(t.a)+n")
    )
    group = (Condition("money1", Compare.MORE, ("5",)),)
    template = routes.change_branch(template, "fork1", "fork1_1", any_of=(group,))
    assert [forms.users_of(template, key) for key in ("money1", "n", "a", "sum1")] == [
        True,
        True,
        True,
        False,
    ]


def test_steps_go_in_and_move() -> None:
    template = with_steps(3)
    template = routes.move_node(template, "step3", -2)
    assert keys(template) == ["step3", "step1", "step2"]
    template = routes.move_node(template, "step3", 5)
    assert keys(template) == ["step1", "step2", "step3"]
    assert routes.place_of(template, "step2") == Place("", "", 1)


def test_a_fork_has_an_else_and_its_branches_hold_steps() -> None:
    template = with_fork()
    assert keys(template) == ["step1", "fork1", "step3", "step2"]
    assert routes.place_of(template, "step3") == Place("fork1", "fork1_1", 0)
    fork = routes.node_at(template, "fork1")
    assert isinstance(fork, Fork) and [routes.is_else(branch) for branch in fork.branches] == [False, True]


def test_branches_move_but_else_stays_last() -> None:
    template = with_fork()
    template, key = routes.insert_branch(template, "fork1", NAME)
    assert key == "fork1_2"
    template = routes.move_branch(template, "fork1", key, -1)
    template = routes.move_branch(template, "fork1", "fork1_else", -2)
    fork = routes.node_at(template, "fork1")
    assert isinstance(fork, Fork)
    assert [branch.key for branch in fork.branches] == ["fork1_2", "fork1_1", "fork1_else"]


def test_an_else_that_was_taken_out_can_come_back() -> None:
    template, _ = routes.insert_branch(with_fork(), "fork1", NAME)
    without = routes.remove_branch(template, "fork1", "fork1_else")
    again = routes.insert_else(without, "fork1", NAME)
    assert again == template and routes.insert_else(again, "fork1", NAME) == again


def test_the_last_branch_takes_the_place_of_its_fork() -> None:
    template = routes.remove_branch(with_fork(), "fork1", "fork1_else")
    assert keys(template) == ["step1", "step3", "step2"]
    assert keys(routes.remove_branch(with_fork(), "fork1", "fork1_1")) == ["step1", "step2"]


def test_a_copied_fork_has_keys_of_its_own() -> None:
    template, key = routes.duplicate_node(with_fork(), "fork1")
    assert key == "fork2"
    assert len(set(keys(template))) == len(keys(template)) == 6
    fork = routes.node_at(template, key)
    assert isinstance(fork, Fork) and [len(branch.nodes) for branch in fork.branches] == [1, 0]


def test_forks_within_forks_end_at_the_limit() -> None:
    template, place = empty(), Place()
    for _ in range(MAX_DEPTH):
        assert routes.can_fork(template, place)
        fork = routes.new_fork(template, NAME, NAME)
        template = routes.insert_node(template, place, fork)
        place = Place(fork.key, fork.branches[0].key, 0)
    assert routes.depth_of(template, place) == MAX_DEPTH and not routes.can_fork(template, place)


def test_groups_of_conditions() -> None:
    branch = with_fork().route.nodes[1].branches[0]  # type: ignore[union-attr]
    group = (Condition("money1", Compare.MORE, ("5",)),)
    one = routes.with_group(branch, 0, group)
    two = routes.with_group(msgspec.structs.replace(branch, any_of=one), 1, group)
    assert (one, two) == ((group,), (group, group))
    assert routes.with_group(msgspec.structs.replace(branch, any_of=one), 0, None) == ((),)


def test_typing_is_one_edit_until_a_pause() -> None:
    history = EditHistory("a")
    assert history.push("ab", "name") and history.push("abc", "name")
    history.pause()
    assert history.push("abcd", "name") and not history.push("abcd", "other")
    assert history.undo() and history.current == "abc"
    assert history.undo() and history.current == "a" and not history.undo()
    assert history.redo() and history.current == "abc"
    assert history.push("x") and not history.can_redo


OPERATIONS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 50), st.integers(-3, 3)), max_size=25)


def edited(template: Template, what: int, which: int, step: int) -> Template:
    """One edit somewhere, chosen by numbers."""
    nodes = list(routes.nodes_of(template))
    node = nodes[which % len(nodes)] if nodes else None
    place = Place() if node is None else routes.place_of(template, node.key) or Place()
    if isinstance(node, Fork) and what in (5, 6, 7, 8):
        branch = node.branches[which % len(node.branches)].key
        return (
            routes.insert_branch(template, node.key, NAME)[0],
            routes.remove_branch(template, node.key, branch),
            routes.move_branch(template, node.key, branch, step),
            routes.insert_node(template, Place(node.key, branch, 0), routes.new_step(template, NAME)),
        )[what - 5]
    if node is None or what in (0, 1):
        return routes.insert_node(template, place, routes.new_step(template, NAME))
    if what == 2:
        return routes.insert_node(template, place, routes.new_fork(template, NAME, NAME))
    if what == 3:
        return routes.remove_node(template, node.key)
    return (
        routes.duplicate_node(template, node.key)[0]
        if what == 4
        else routes.move_node(template, node.key, step)
    )


@settings(max_examples=60, deadline=None)
@given(OPERATIONS)
def test_whatever_is_done_keys_stay_unique_and_everything_can_be_undone(
    operations: list[tuple[int, int, int]],
) -> None:
    start = with_fork()
    history = EditHistory(start)
    for what, which, step in operations:
        history.push(edited(history.current, what, which, step))
        found = keys(history.current)
        assert len(set(found)) == len(found)
        for fork in (node for node in routes.nodes_of(history.current) if isinstance(node, Fork)):
            assert len({branch.key for branch in fork.branches}) == len(fork.branches) >= 2
            assert not any(map(routes.is_else, fork.branches[:-1]))
    end = history.current
    while history.undo():
        pass
    assert history.current == start
    while history.redo():
        pass
    assert history.current == end
    assert msgspec.convert(msgspec.to_builtins(end), Template) == end


def test_a_new_step_asks_the_direct_manager() -> None:
    step = routes.new_step(with_steps(1), NAME)
    assert isinstance(step, StepRule) and (step.key, step.mode) == ("step2", StepMode.ANY)


def test_a_step_goes_into_a_branch_and_out_again() -> None:
    start = with_fork()
    inside = routes.relocate_node(start, "step2", Place("fork1", "fork1_else", 0))
    assert routes.place_of(inside, "step2") == Place("fork1", "fork1_else", 0)
    out = routes.relocate_node(inside, "step2", Place(at=2))
    assert keys(out) == keys(start) and out == start
    behind = routes.relocate_node(start, "step1", Place(at=3))
    assert [node.key for node in behind.route.nodes] == ["fork1", "step2", "step1"]


def test_a_fork_never_goes_into_itself_nor_too_deep() -> None:
    start = with_fork()
    assert routes.relocate_node(start, "fork1", Place("fork1", "fork1_1", 0)) == start
    deep, place = start, Place()
    for _ in range(MAX_DEPTH):
        fork = routes.new_fork(deep, NAME, NAME)
        deep = routes.insert_node(deep, place, fork)
        place = Place(fork.key, fork.branches[0].key, 0)
    assert not routes.can_relocate(deep, "fork1", place)
    assert routes.can_relocate(deep, "step1", place)
