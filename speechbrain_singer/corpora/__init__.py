"""One file a corpus: its files, singers and songs become a manifest."""
