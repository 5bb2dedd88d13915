"""What every test gets: an offscreen Qt, no proxy for loopback, the homeserver fixtures."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"

import hypothesis

from tests.helpers.homeserver import homeserver, start_homeserver

__all__ = ["homeserver", "start_homeserver"]

hypothesis.settings.register_profile("local", deadline=None, max_examples=50)
hypothesis.settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")
