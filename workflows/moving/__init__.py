"""A hosting goes to another server: asked by an engineer, agreed by the Kabid, carried out step by step."""
