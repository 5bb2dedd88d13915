"""A process that publishes a video and kills itself at a given moment. Started by `test_publishing_crash`.

    python -m tests.live.child_publisher MOMENT FOLDER [FILE ROOM TITLE]

Goes on with the jobs of the profile; with a file it begins one. Prints a line for each step a job reaches, each file it made and
each address the server gave; the line that is the moment is its last. It ends too when there is nothing to do.
"""

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

from app.channels.values import PublishForm
from app.domain.ids import RoomID
from tests.helpers.desk import Desk, opened


class Teller:
    """Prints what moved, once."""

    def __init__(self, desk: Desk, moment: str) -> None:
        self._moment = moment
        self._publishing = desk.account.channels.publishing
        self._told: set[str] = set()

    def tell(self, _: str = "") -> None:
        """Look at every job."""
        for job in self._publishing._book.all():
            lines = [f"step {job.job.step}", *(f"made {file.step}" for file in job.made)]
            lines += [f"uri {uri}" for uri in job.uris.values()]
            lines += [f"uris {number + 1}" for number in range(len(job.uris))]
            lines += ["wanted"] if job.job.is_wanted else []
            lines += ["posting"] if job.is_posting else []
            for line in lines:
                if line not in self._told:
                    self._told.add(line)
                    sys.stdout.write(f"{line}\n")
                    sys.stdout.flush()
                if line == self._moment:
                    os.kill(os.getpid(), signal.SIGKILL)


async def publish(moment: str, folder: Path, *new: str) -> None:
    """Open the account, begin, and wait to be killed."""
    async with opened(folder) as desk:
        teller = Teller(desk, moment)
        publishing = desk.account.channels.publishing
        publishing.subscribe(teller.tell)
        teller.tell()
        if new:
            await desk.online()
            await desk.until(lambda: desk.account.cache.read.channels.channel(RoomID(new[1])))
            job_id = await publishing.add(Path(new[0]))
            await publishing.fill(job_id, PublishForm(RoomID(new[1]), new[2]))
            await publishing.publish(job_id)
        await desk.online()
        tasks = publishing._tasks
        await desk.until(lambda: tasks and all(task.done() for task in tasks.values()), 60)


if __name__ == "__main__":
    logging.getLogger("asyncio").addFilter(lambda record: not record.getMessage().startswith("Executing"))
    asyncio.run(publish(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:]))
