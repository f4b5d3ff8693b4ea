"""How a letter's PDF gets its signature. One port, off by default; only this room knows pyHanko."""
