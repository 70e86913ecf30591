"""One transform a file, one draw per example, the batch at once."""
