"""Publishing a video."""
