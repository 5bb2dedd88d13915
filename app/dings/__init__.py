"""Dings: sending, confirming, reminding, scheduling, alerting."""
