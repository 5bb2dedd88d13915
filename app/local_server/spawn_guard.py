"""Run as a script: tie the life of a child to its parent's, then become the child.

    python spawn_guard.py PARENT_PID PROGRAM ARG…

Linux sends a process SIGTERM when the thread that started it ends, if the process asked for it; the wish
survives `exec`, and SIGTERM makes Synapse close its database. So a kill -9 of Tack leaves no server behind.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Set the wish, look whether the parent died meanwhile, and exec."""
    parent, program = int(arguments[0]), arguments[1:]
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(0)
    os.execv(program[0], program)


if __name__ == "__main__":
    main(sys.argv[1:])
