"""The process that reads and encodes videos: the only code that loads FFmpeg. Run as `python -m app.channels.encoding`."""
