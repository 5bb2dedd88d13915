"""A process that asks for something and is then killed. Started by `test_approvals_line`.

    python -m tests.live.child_asker FOLDER APPROVER FILE

Prints "queued" once the request lies in the send queue.
"""

import asyncio
import sys
from pathlib import Path

from app.approvals.values import NewApproval
from app.domain.approvals.rows import TemplateEntry
from app.domain.approvals.template import StepMode
from app.domain.ids import UserID
from tests.helpers.approval_office import step, template
from tests.helpers.desk import opened


async def ask(folder: Path, approver: UserID, file: Path) -> None:
    """Open the account and ask."""
    async with opened(folder) as desk:
        await desk.online()
        entry = TemplateEntry(template(step("one", StepMode.ALL, [approver])), None, None, can_edit=False)
        values = {"what": "paper", "scan": [{"path": str(file), "name": file.name}]}
        await desk.account.approvals.send(NewApproval(entry, values, title="Before the kill"))
        sys.stdout.write("queued\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(ask(Path(sys.argv[1]), UserID(sys.argv[2]), Path(sys.argv[3])))
