"""The SOP engine: reads a description, checks it, and decides. Pure, and knows no SOP by name."""
