"""A small singing synthesiser: the embedded corpus."""
