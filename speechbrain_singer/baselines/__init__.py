"""Other encoders behind the same interface."""
