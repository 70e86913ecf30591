"""Which recordings are compared: drawn, read from lists, checked."""
