"""The approvals page: lists, details, decisions."""
