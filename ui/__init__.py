"""The Qt side that knows the core: composition, item models, screens. Widgets know nothing of it."""
