"""The SOPs as data, a file each."""
