"""Tack (图钉): a desktop office client over any Matrix homeserver. Run `python main.py --help`."""

import gc
import sys


def main(arguments: list[str]) -> int:
    """Run the program; its exit code."""
    if arguments[:1] == [
        "--encode-video"
    ]:  # a packaged program starts itself to encode (app.channels.encoder)
        from app.channels.encoding.__main__ import main as encode

        return encode()
    gc.disable()  # a start makes nothing but what stays; `ui.garbage` collects later
    from ui.quick_imports import spare_feature_search

    spare_feature_search()  # before anything else is imported

    from PySide6.QtWidgets import QApplication

    from app.log import start_log
    from ui.options import parse_options
    from ui.start_trace import trace

    options = parse_options(arguments)
    sys.setswitchinterval(0.0003)  # a busy worker thread gives the GUI thread its turn after 0.3 ms, not 5
    start_log(options.log_level, to_terminal=options.log_level == "DEBUG")
    app = QApplication([sys.argv[0]])
    app.setApplicationName("Tack")
    app.setDesktopFileName("im.tack.Tack")
    app.setQuitOnLastWindowClosed(False)
    trace("Qt is up")
    from ui.application import Application

    trace("imported")
    application = Application(app, options)
    application.show_at_once()

    import asyncio  # only now: the first paint needs no loop

    from qasync import QEventLoop

    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        return runner.run(application.run())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
