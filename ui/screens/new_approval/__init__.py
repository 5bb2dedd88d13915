"""Asking for something."""
