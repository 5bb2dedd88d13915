"""Values every layer shares: ids, events, rooms, timeline items. Leaves: they import nothing of ours."""
