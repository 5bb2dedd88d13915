"""A process that writes as fast as it can until it is killed. Started by `test_crash`.

    python -m tests.live.child_writer FOLDER ROOM FIRST COUNT [--stop]

Prints each text once it lies in the send queue (the moment a person sees it in the window). With `--stop` it waits until
the queue is empty and ends properly.
"""

import argparse
import asyncio
import logging
import sys
from pathlib import Path

from app.domain.ids import RoomID
from tests.helpers.desk import opened


async def write(folder: Path, room: RoomID, first: int, count: int, *, stops: bool) -> None:
    """Open the account and write."""
    async with opened(folder) as desk:
        if stops:
            await desk.online()
        for number in range(first, first + count):
            await desk.account.sending.send_text(room, f"text {number}")
            sys.stdout.write(f"text {number}\n")
            sys.stdout.flush()
        if stops:
            await desk.drained(60)
        else:
            await asyncio.Event().wait()


def main() -> None:
    """Read the arguments and write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("room")
    parser.add_argument("first", type=int)
    parser.add_argument("count", type=int)
    parser.add_argument("--stop", action="store_true")
    given = parser.parse_args()
    # Debug mode also tells which callbacks were slow: a busy machine is not what is tested here.
    logging.getLogger("asyncio").addFilter(lambda record: not record.getMessage().startswith("Executing"))
    asyncio.run(write(given.folder, RoomID(given.room), given.first, given.count, stops=given.stop))


if __name__ == "__main__":
    main()
