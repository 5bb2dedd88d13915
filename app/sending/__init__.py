"""The send queue: cache to server, once, in order."""
