"""A page on this machine to try an encoder on: `singer demo`."""
