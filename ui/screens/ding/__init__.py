"""The DING page: the inbox at the left, one ding at the right."""
