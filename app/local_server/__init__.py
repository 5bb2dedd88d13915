"""A real Synapse on this computer, as a child process, and the invented company in it."""
