"""Pictures of training runs, embedding spaces and augmentations."""
