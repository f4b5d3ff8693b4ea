"""The SOPs as data, and the guards that their descriptions name."""
