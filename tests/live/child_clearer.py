"""A process that clears everything and is killed while the receipts go out. Started by `test_clear`.

    python -m tests.live.child_clearer FOLDER [--clear]

Clears when told to (with no undo time), prints "cleared" once the disk has it, then how many rooms the server has, each
time that is noted (every two rooms), and lives until it is killed.
"""

import argparse
import asyncio
import logging
import sys
from pathlib import Path

from app.attention import clearing, receipts
from app.domain.attention import ClearScope
from tests.helpers.desk import opened


async def clear(folder: Path, *, is_first: bool) -> None:
    """Open the account, perhaps clear, and go on sending."""
    clearing.UNDO_MS = 0
    receipts.BATCH = receipts.SIDE_BY_SIDE = 2
    async with opened(folder) as desk:
        if is_first:
            await desk.account.clearing.clear(ClearScope())
        say("cleared")
        sent = desk.account.clearing.history()[0].sent
        while True:
            if (now := desk.account.clearing.history()[0].sent) != sent:
                say(str(sent := now))
            await asyncio.sleep(0.001)


def say(line: str) -> None:
    """Tell the test at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Read the arguments and clear."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--clear", action="store_true")
    given = parser.parse_args()
    # Debug mode also tells which callbacks were slow: a busy machine is not what is tested here.
    logging.getLogger("asyncio").addFilter(lambda record: not record.getMessage().startswith("Executing"))
    asyncio.run(clear(given.folder, is_first=given.clear))


if __name__ == "__main__":
    main()
