"""A daemon thread with its own asyncio loop, so that network work never runs on the interface's thread.

Callers live on any loop (or several). A call is a coroutine *factory*: the coroutine is made on this
thread, so none is left un-awaited when the thread has ended. Cancelling the caller cancels the work here.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from app.errors import NetworkError

T = TypeVar("T")
P = ParamSpec("P")

STOP_TIMEOUT_S = 5.0


class DaemonExecutor(ThreadPoolExecutor):
    """Runs each call in a daemon thread: a name lookup that hangs must not hold up the exit of the program.

    The ordinary pool is joined when the interpreter ends. Only name lookups use this one, a few at a time.
    """

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Start `fn` at once in a thread of its own."""
        future: Future[T] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # outermost frame: handed to whoever waits
                future.set_exception(error)

        threading.Thread(target=work, name="tack-lookup", daemon=True).start()
        return future


class NetworkThread:
    """Starts with the first call, ends with `stop`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._is_stopped = False

    async def run(self, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run a coroutine on the thread and wait for it here. Raises NetworkError after `stop`."""
        loop = self._running_loop()

        async def call() -> T:
            try:
                return await make()
            except asyncio.CancelledError:
                if self._is_stopped:  # the caller was not cancelled, the thread ends
                    raise NetworkError("the network is closed", reason="closed") from None
                raise

        work = call()
        try:
            future = asyncio.run_coroutine_threadsafe(work, loop)
        except RuntimeError as error:  # stopped between the check and here
            work.close()
            raise NetworkError("the network is closed", reason="closed") from error
        return await asyncio.wrap_future(future)

    def post(self, call: Callable[[], object]) -> None:
        """Run a plain call on the thread soon; nothing happens where it does not run."""
        with self._lock:
            if self._loop is not None and not self._is_stopped:
                self._loop.call_soon_threadsafe(call)

    def stop(self) -> None:
        """End the loop and wait for the thread, for a few seconds at most. Blocking; harmless twice."""
        with self._lock:
            self._is_stopped = True
            loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        if thread.is_alive():
            loop.call_soon_threadsafe(loop.stop)
            thread.join(STOP_TIMEOUT_S)

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._is_stopped:
                raise NetworkError("the network is closed", reason="closed")
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._loop.set_default_executor(DaemonExecutor())
                self._thread = threading.Thread(target=self._serve, name=self._name, daemon=True)
                self._thread.start()
            return self._loop

    def _serve(self) -> None:
        loop = self._loop
        assert loop is not None
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
            _cancel_all(loop)
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            asyncio.set_event_loop(None)
            loop.close()


def _cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.wait(tasks, timeout=2))
