"""The dialog that sends a ding."""
