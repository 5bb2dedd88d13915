"""A virtual screen (Xvfb) for as long as a `with` block lasts. Standard library only."""

import os
import subprocess
from types import TracebackType

READY_TIMEOUT_S = 20.0


class VirtualDisplay:
    """`with VirtualDisplay() as display:` gives the value for the DISPLAY variable. Picks a free number itself."""

    def __init__(self, width: int = 1440, height: int = 900) -> None:
        self._screen = f"{width}x{height}x24"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> str:
        reading, writing = os.pipe()
        command = [
            "Xvfb",
            "-displayfd",
            str(writing),
            "-screen",
            "0",
            self._screen,
            "-nolisten",
            "tcp",
            "-noreset",
        ]
        self._process = subprocess.Popen(
            command,
            pass_fds=(writing,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with open(reading, "rb") as pipe:
            number = pipe.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        return f":{number.decode()}"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(READY_TIMEOUT_S)
