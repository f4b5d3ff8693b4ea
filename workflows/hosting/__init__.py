"""The life of a hosting: each file edits what is wanted of a server, and nothing more."""
