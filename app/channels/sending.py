"""What the send queue does for channels beyond sending an event: a part of the service that others may use."""
