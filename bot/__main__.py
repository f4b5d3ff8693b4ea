"""`python -m bot` is `layanan`."""

from bot.cli import main

main()
