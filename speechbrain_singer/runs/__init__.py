"""The folder of a run: locked while it runs, and it knows its settings."""
