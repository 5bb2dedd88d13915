"""The shape CONTRIBUTING.md asks for, where a machine can see it: sizes, names, documentation, broad excepts."""

import ast
import re

from tests.architecture.source_tree import ROOT, Module, functions, product_modules

MAX_FILE_LINES = 450
MAX_FUNCTION_LINES = 50
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "misc", "common", "tools", "stuff"}
BROAD = {"Exception", "BaseException"}


def test_files_stay_readable() -> None:
    assert not [f"{m.path}: {m.lines} lines" for m in product_modules() if m.lines > MAX_FILE_LINES]


def test_functions_stay_readable() -> None:
    found = [
        f"{module.path}:{node.lineno} {node.name}: {length} lines"
        for module in product_modules()
        for node in functions(module)
        if (length := (node.end_lineno or 0) - node.lineno) > MAX_FUNCTION_LINES
    ]
    assert not found


def test_modules_are_named_for_what_they_hold() -> None:
    assert not [m.path for m in product_modules() if m.name.split(".")[-1] in VAGUE_NAMES]


def test_every_module_and_class_says_what_it_is_for() -> None:
    found = [module.path for module in product_modules() if not ast.get_docstring(module.tree)]
    for module in product_modules():
        found += [
            f"{module.path}:{node.lineno} class {node.name}"
            for node in module.tree.body
            if isinstance(node, ast.ClassDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    assert not found


def test_a_broad_except_says_which_outermost_frame_it_guards() -> None:
    found = []
    for module in product_modules():
        lines = (ROOT / module.path).read_text("utf-8").splitlines()
        found += [
            f"{module.path}:{node.lineno}"
            for node in _broad_handlers(module)
            if "#" not in "".join(lines[node.lineno - 1 : node.lineno + 1]) and not _ends_in_raise(node)
        ]
    assert not found


def _broad_handlers(module: Module) -> list[ast.ExceptHandler]:
    return [
        node
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in BROAD))
    ]


def _ends_in_raise(node: ast.ExceptHandler) -> bool:
    return isinstance(node.body[-1], ast.Raise)


def test_requirements_name_no_index() -> None:
    """Locks work with every mirror: versions and hashes, no addresses."""
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text("utf-8")
        assert not re.search(r"https?://|index-url|find-links|trusted-host", text), lock.name
        pins = re.findall(r"^[A-Za-z0-9]\S*==", text, re.MULTILINE)
        assert pins
        assert text.count("--hash=sha256:") >= len(pins)


def test_packaging_stays_a_plain_folder() -> None:
    """As a package it would hide the installed package of that name."""
    assert not (ROOT / "packaging" / "__init__.py").exists()
