"""Things that one place owns: SQL, HTTP, the keyring, the player, colours, change notices; and what nobody may do."""

import ast
import re

import pytest

from tests.architecture.source_tree import Module, is_in, product_modules

OWNERS = {
    "httpx": ("app.matrix.transport",),
    "httpcore": (),
    "keyring": ("app.secrets",),
    "vlc": ("widgets",),
    "av": ("app.channels.encoding",),
    "sqlite3": ("app.store",),
    "sqlcipher3": ("app.store",),
    "sqlite_utils": ("app.store",),
    "synapse": (),
    "requests": (),
    "qtawesome": (),
}
"""Package → the modules that may import it. Empty: nobody (Synapse is AGPL and runs as its own process)."""

SQL = re.compile(r"\b(SELECT\s|INSERT INTO|DELETE FROM|UPDATE \w+ SET|CREATE TABLE|CREATE INDEX|PRAGMA\s)")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b|\brgba?\s*\(", re.ASCII)
COLOUR_OWNERS = ("ui.theme",)
STATIC_DIALOGS = {
    "QMessageBox": {"question", "information", "warning", "critical", "about", "aboutQt"},
    "QFileDialog": {
        "getOpenFileName",
        "getOpenFileNames",
        "getSaveFileName",
        "getExistingDirectory",
        "getOpenFileUrl",
        "getSaveFileUrl",
    },
    "QInputDialog": {"getText", "getItem", "getInt", "getDouble", "getMultiLineText"},
    "QColorDialog": {"getColor"},
    "QFontDialog": {"getFont"},
}


@pytest.mark.parametrize("package", OWNERS)
def test_a_package_has_one_owner(package: str) -> None:
    found = [
        f"{module.path}:{line}"
        for module in product_modules()
        if not is_in(module.name, *OWNERS[package])
        for name, line in module.imports()
        if is_in(name, package)
    ]
    assert not found


def _docstrings(tree: ast.AST) -> set[int]:
    """Ids of the nodes that are documentation: module, class, function texts and texts under an attribute."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def _texts(module: Module) -> list[tuple[str, int]]:
    documentation = _docstrings(module.tree)
    return [
        (node.value, node.lineno)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation
    ]


def test_only_the_store_has_sql() -> None:
    found = [
        f"{module.path}:{line} {text[:60]!r}"
        for module in product_modules()
        if not is_in(module.name, "app.store")
        for text, line in _texts(module)
        if SQL.search(text)
    ]
    assert not found


def test_colours_live_in_the_theme() -> None:
    found = [
        f"{module.path}:{line} {text[:40]!r}"
        for module in product_modules()
        if is_in(module.name, "ui", "widgets", "main") and not is_in(module.name, *COLOUR_OWNERS)
        for text, line in _texts(module)
        if COLOUR.search(text)
    ]
    found += [
        f"{module.path}:{call.lineno} a literal QColor"
        for module in product_modules()
        if is_in(module.name, "ui", "widgets", "main") and not is_in(module.name, *COLOUR_OWNERS)
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call) and _is_literal_colour(call)
    ]
    assert not found


def _is_literal_colour(call: ast.Call) -> bool:
    """`QColor` made of constants alone; `QColor(0, 0, 0, 0)` and `QColor("transparent")` are no colour."""
    if _name(call.func) not in {"QColor", "qRgb", "qRgba"} or not call.args:
        return False
    values = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
    return len(values) == len(call.args) and values not in ([0, 0, 0, 0], ["transparent"])


def test_no_nested_event_loops() -> None:
    """A nested `exec()` makes other tasks lose their wake-ups for ever: `open()` and `finished` instead."""
    found = []
    for module in product_modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner, verb = _name(node.func.value), node.func.attr
                if verb in {"exec", "exec_"} or verb in STATIC_DIALOGS.get(owner, set()):
                    found.append(f"{module.path}:{node.lineno} {owner}.{verb}")
    assert not found


def test_only_the_bridge_turns_changes_into_signals() -> None:
    """Other parts of the interface may name the values of a change, but do not listen to the feed."""
    found = [
        f"{module.path}:{line} imports {name}"
        for module in product_modules()
        if is_in(module.name, "ui", "widgets", "main") and module.name != "ui.bridge"
        for name, line in module.imports()
        if name in {"app.changes.ChangeFeed", "app.changes.Listener"}
    ]
    assert not found


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
