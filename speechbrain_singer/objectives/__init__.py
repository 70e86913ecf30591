"""One self-supervised objective a file."""
