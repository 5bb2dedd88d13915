"""Reusable parts of the interface. They know no app and no ui: they show values and emit intents."""
