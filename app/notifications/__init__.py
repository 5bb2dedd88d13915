"""What deserves to interrupt."""
