"""A process that sends a ding to a person and is then killed. Started by `test_dings`.

    python -m tests.live.child_dinger FOLDER PERSON

Prints "queued" once the ding lies in the send queue.
"""

import asyncio
import sys
from pathlib import Path

from app.dings.service import NewDing
from app.domain.dings import DingContent, DingKind
from app.domain.ids import UserID
from tests.helpers.desk import opened


async def ding(folder: Path, person: UserID) -> None:
    """Open the account and send."""
    async with opened(folder) as desk:
        await desk.online()
        await desk.account.dings.send(NewDing("before the kill", DingContent(DingKind.NOTICE, (person,))))
        sys.stdout.write("queued\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(ding(Path(sys.argv[1]), UserID(sys.argv[2])))
