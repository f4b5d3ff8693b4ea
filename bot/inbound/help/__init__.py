"""What the help screen sends: guides and sheets of SOPs."""
