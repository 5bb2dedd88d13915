"""Approvals: requests, decisions, templates."""
