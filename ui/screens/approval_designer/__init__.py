"""Designing templates: forms, routes, roles; deputies."""
