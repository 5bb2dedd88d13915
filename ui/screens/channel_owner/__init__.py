"""What owners and editors of a channel do: making it, its settings, figures, trainings, live streams."""
