"""The checks of this folder catch what they are for: a check that cannot fail proves nothing."""

import ast

from tests.architecture.source_tree import Module, is_in


def _module(source: str, name: str = "app.rooms.service") -> Module:
    return Module(name.replace(".", "/") + ".py", name, ast.parse(source), source.count("\n"))


def test_imports_are_seen_wherever_they_stand() -> None:
    source = """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from PySide6.QtCore import QObject
def late():
    import httpx.whatever
from . import presenter
from ..media.vault import Vault
from app import account
"""
    names = {name for name, _ in _module(source).imports()}
    assert "PySide6.QtCore.QObject" in names
    assert "httpx.whatever" in names
    assert "app.rooms.presenter" in names
    assert "app.media.vault.Vault" in names
    assert "app.account" in names


def test_a_package_is_not_its_namesake() -> None:
    assert is_in("app.store.cache", "app.store")
    assert not is_in("app.storefront", "app.store")
