"""History of a room: paginate, fill gaps, fetch what a reply quotes."""
