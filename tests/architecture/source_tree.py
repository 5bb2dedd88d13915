"""The product's source as syntax trees: what each module imports, wherever it does (`TYPE_CHECKING` counts)."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("app", "ui", "widgets", "resources")


@dataclass(frozen=True)
class Module:
    """One file. `name` is dotted, without `.__init__`."""

    path: str
    name: str
    tree: ast.Module
    lines: int

    def imports(self) -> Iterator[tuple[str, int]]:
        """Dotted names of everything imported anywhere in the file, with line numbers.

        `from a.b import c` gives `a.b.c` as well as `a.b`: `c` may be a module.
        """
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.name, node.lineno
            elif isinstance(node, ast.ImportFrom):
                base = self._absolute(node)
                yield base, node.lineno
                for alias in node.names:
                    yield f"{base}.{alias.name}", node.lineno

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = self.name.split(".")
        if not self.path.endswith("__init__.py"):
            package = package[:-1]
        package = package[: len(package) - node.level + 1]
        return ".".join([*package, node.module or ""]).rstrip(".")


@cache
def product_modules() -> tuple[Module, ...]:
    """Every module that ships, `main.py` included."""
    paths = [path for folder in PRODUCT for path in sorted((ROOT / folder).rglob("*.py"))]
    main = ROOT / "main.py"
    return tuple(_read(path) for path in [*paths, *([main] if main.exists() else [])])


def _read(path: Path) -> Module:
    relative = path.relative_to(ROOT)
    text = path.read_text("utf-8")
    name = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
    return Module(relative.as_posix(), name, ast.parse(text), text.count("\n"))


def is_in(name: str, *packages: str) -> bool:
    """Whether a dotted name is one of the packages or lies inside one."""
    return any(name == package or name.startswith(package + ".") for package in packages)


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions and methods of a module."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
