"""A live stream over HTTP as companies' servers give it: an HLS list that grows, with the pieces of a video made in the test."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import av

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHOWN = 4
"""So many pieces stand in the list at a time."""


def cut(video: Path, folder: Path) -> list[bytes]:
    """Cut a video into pieces of a second."""
    folder.mkdir()
    options = {"hls_time": "1", "hls_list_size": "0", "hls_segment_filename": str(folder / "%03d.ts")}
    with (
        av.open(str(video)) as source,
        av.open(str(folder / "all.m3u8"), "w", format="hls", options=options) as out,
    ):
        streams = {one.index: out.add_stream_from_template(one) for one in source.streams}
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                out.mux(packet)
    return [piece.read_bytes() for piece in sorted(folder.glob("*.ts"))]


class LiveServer(ThreadingHTTPServer):
    """Each time somebody asks for the list, it is one piece further."""

    daemon_threads = True

    def __init__(self, pieces: list[bytes], address: str = "{number}.ts") -> None:
        """`address`: what the list calls a piece."""
        super().__init__(("127.0.0.1", 0), _Answer)
        self.pieces, self.address = pieces, address
        self.at, self.asked = 0, list[str]()

    @property
    def url(self) -> str:
        """Where to watch."""
        return f"http://127.0.0.1:{self.server_port}/live.m3u8"

    def list(self) -> bytes:
        """Give the list as it stands; at the end it says so."""
        first = min(self.at, max(0, len(self.pieces) - SHOWN))
        self.at += 1
        shown = range(first, min(first + SHOWN, len(self.pieces)))
        lines = [
            "#EXTM3U",
            "#EXT-X-VERSION:3",
            "#EXT-X-TARGETDURATION:1",
            f"#EXT-X-MEDIA-SEQUENCE:{first}",
        ]
        for number in shown:
            lines += ["#EXTINF:1.0,", self.address.format(number=number)]
        if shown and shown[-1] == len(self.pieces) - 1:
            lines.append("#EXT-X-ENDLIST")
        return ("\n".join(lines) + "\n").encode()


class _Answer(BaseHTTPRequestHandler):
    server: LiveServer

    def do_GET(self) -> None:
        """The list or a piece."""
        name = self.path.strip("/")
        self.server.asked.append(name)
        number = name.removesuffix(".ts")
        if name == "live.m3u8":
            body, kind = self.server.list(), "application/vnd.apple.mpegurl"
        elif number.isdigit() and int(number) < len(self.server.pieces):
            body, kind = self.server.pieces[int(number)], "video/mp2t"
        else:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def serving(server: LiveServer) -> Iterator[LiveServer]:
    """Let it answer."""
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
