"""The people of the company: departments and search."""
