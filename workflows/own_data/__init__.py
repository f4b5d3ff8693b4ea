"""What is kept about one person, for that person (UU 27/2022, articles 7 and 13)."""
