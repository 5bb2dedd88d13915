"""Attachments and pictures: fetch, keep encrypted, evict."""
