"""Video channels: what they are on the wire, and the values lists and pages are made of."""
