"""Video channels: following, publishing, watching, talking."""
