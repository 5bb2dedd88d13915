"""One open conversation: header, timeline, composer."""
