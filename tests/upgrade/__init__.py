"""An office of the release before is upgraded and taken back, by the commands of docs/operations.md: `make upgrade`."""
