"""What `layanan` can be asked on the command line; `bot/cli.py` names each command and its place."""
