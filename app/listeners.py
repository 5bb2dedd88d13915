"""Who wants to hear of something: a list of listeners that anybody may join and leave, also while it is told."""

import logging
from collections.abc import Callable
from typing import Generic, TypeVar

log = logging.getLogger("tack.listeners")

T = TypeVar("T")


class Listeners(Generic[T]):
    """Single-threaded: all calls come from the loop's thread."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[T], None]] = []

    def subscribe(self, listener: Callable[[T], None]) -> Callable[[], None]:
        """Add a listener; the returned function takes it away again, and may be called twice."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def __bool__(self) -> bool:
        return bool(self._listeners)

    def tell(self, news: T) -> None:
        """Tell everyone. A failing listener is our bug: logged, and the others are still told."""
        for listener in tuple(self._listeners):
            try:
                listener(news)
            except Exception:  # outermost frame of a listener
                log.exception("a listener failed")
