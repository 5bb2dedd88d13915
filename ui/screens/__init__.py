"""One package per page a person sees: a screen (widgets put together) and its presenter (what happens)."""
