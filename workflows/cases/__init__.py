"""What a case is: the facts it keeps, the guards that look at them, who is told of it, and what is said about it."""
