"""The timeline of one conversation: a scroll area that draws any number of rows and keeps its place."""
