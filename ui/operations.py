"""Coroutines that a screen starts and owns.

A slot must return at once, so whatever waits runs as a task here. The task ends with its owner
(`cancel_all`, or `aclose` where the owner can wait), an error of the world becomes one sentence
(`failed`), and a bug is logged with its traceback and reported the same way: no task dies unseen.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from app.errors import TackError
from app.late import Late

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine

    Task = asyncio.Task[Any]
else:
    asyncio = Late("asyncio")

log = logging.getLogger("tack.ui")

T = TypeVar("T")

VITAL_S = 10.0
"""How long the end waits for what was written; a local insert takes milliseconds."""


class InternalError(TackError):
    """A bug surfaced in a task; the log has the traceback."""

    code = "internal"


class Operations(QObject):
    """The tasks of one owner."""

    failed = Signal(object)
    """TackError nobody else took care of."""

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None, parent: QObject | None = None) -> None:
        """Without a `loop` the one that runs at the first `start` is taken."""
        super().__init__(parent)
        self._loop = loop
        self._tasks: set[Task] = set()
        self._vital: set[Task] = set()
        self._is_closed = False

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop of the GUI thread."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        return self._loop

    def start(
        self,
        coro: Coroutine[Any, Any, T],
        on_done: Callable[[T], None] | None = None,
        on_error: Callable[[TackError], None] | None = None,
        *,
        is_vital: bool = False,
    ) -> asyncio.Task[T] | None:
        """Run `coro`. `on_done` gets its result, `on_error` its error of the world instead of `failed`.

        A vital one puts something a person wrote into the cache: `aclose` lets it finish. After `cancel_all` nothing starts any more: the coroutine is closed unrun and None comes back.
        """
        if self._is_closed:
            coro.close()
            return None
        task: asyncio.Task[T] = self.loop.create_task(coro)
        self._tasks.add(task)
        if is_vital:
            self._vital.add(task)
            task.add_done_callback(self._vital.discard)
        task.add_done_callback(lambda done: self._settle(done, on_done, on_error))
        return task

    def cancel_all(self) -> None:
        """Cancel every task; their results and errors are dropped."""
        self._is_closed = True
        for task in tuple(self._tasks):
            task.cancel()

    async def aclose(self) -> None:
        """Let vital tasks finish, cancel the others and wait until each has ended."""
        if self._vital:
            await asyncio.wait(self._vital, timeout=VITAL_S)
        tasks = tuple(self._tasks)
        self.cancel_all()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _settle(
        self,
        task: asyncio.Task[T],
        on_done: Callable[[T], None] | None,
        on_error: Callable[[TackError], None] | None,
    ) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if self._is_closed:
            return
        if error is None:
            if on_done is not None:
                on_done(task.result())
        elif isinstance(error, TackError):
            (on_error or self.failed.emit)(error)
        else:
            log.error("an operation failed", exc_info=error)
            (on_error or self.failed.emit)(InternalError())
