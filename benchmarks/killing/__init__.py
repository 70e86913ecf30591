"""Work that is killed, and done again."""
