"""Tack (图钉): a desktop office client over any Matrix homeserver. Run `python main.py --help`."""

import asyncio
import sys

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from app.log import start_log
from ui.options import Options, parse_options
from ui.start_trace import is_wanted, trace


def main(arguments: list[str]) -> int:
    """Run the program; its exit code."""
    options = parse_options(arguments)
    sys.setswitchinterval(0.001)  # a busy worker thread gives the GUI thread its turn after 1 ms, not 5
    start_log(options.log_level, to_terminal=options.log_level == "DEBUG")
    app = QApplication([sys.argv[0]])
    app.setApplicationName("Tack")
    app.setDesktopFileName("im.tack.Tack")
    app.setQuitOnLastWindowClosed(False)
    if is_wanted():
        trace("Qt is up")
    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        return runner.run(_run(app, options))


async def _run(app: QApplication, options: Options) -> int:
    from ui.application import Application

    trace("imported")
    return await Application(app, options).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
