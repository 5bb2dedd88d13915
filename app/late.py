"""A module that is imported when it is first used, so that a start does not wait for what it does not need.

For checkers it is an ordinary import:

    if TYPE_CHECKING:
        from app.store import ingest
    else:
        ingest = Late("app.store.ingest")

Only for modules whose names are used inside functions; an annotation that names one is quoted.
"""

from importlib import import_module
from typing import Any


class Late:
    """Stands for a module. May be used from any thread: the import system sees to it that one imports."""

    __slots__ = ("_module", "_name")

    def __init__(self, name: str) -> None:
        self._name = name
        self._module: Any = None

    def __getattr__(self, attribute: str) -> Any:
        module = self._module
        if module is None:
            module = self._module = import_module(self._name)
        return getattr(module, attribute)
