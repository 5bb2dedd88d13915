"""Red dots: unread, mention, duty."""
