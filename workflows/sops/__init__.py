"""The SOPs as data, a file each, and the guards that their descriptions name."""
