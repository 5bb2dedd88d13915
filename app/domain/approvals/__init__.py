"""Approvals: templates, requests, acts, and the fold that says where a request stands. Pure values and functions."""
