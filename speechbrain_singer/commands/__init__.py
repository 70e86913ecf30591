"""The command line, `singer`: thin doors to what the package has."""
