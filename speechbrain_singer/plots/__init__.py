"""Pictures of a training run and of an embedding space."""
