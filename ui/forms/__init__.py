"""Forms of approvals: filled in, and read."""
