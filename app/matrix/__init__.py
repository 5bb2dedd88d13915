"""The Matrix client-server API over our own async client. Knows no cache."""
