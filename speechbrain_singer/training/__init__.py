"""What the Brains of all tasks share."""
