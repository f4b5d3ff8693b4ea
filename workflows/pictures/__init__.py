"""Pictures for the chat, drawn by Typst from plain data: legible at a phone's width."""
