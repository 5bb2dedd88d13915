"""A real Synapse on this computer, as a child process, and the invented company in it.

Synapse is AGPL software: it always runs as a separate process that is spoken to over HTTP and is never
imported here (see docs/decisions). This package stands apart from the rest of `app`: only the first-run
page and the development tools use it.
"""

from app.local_server.server import LocalServer
from app.local_server.settings import LocalUser, ServerSettings, ServerState, StartStep, Support

__all__ = ["LocalServer", "LocalUser", "ServerSettings", "ServerState", "StartStep", "Support"]
