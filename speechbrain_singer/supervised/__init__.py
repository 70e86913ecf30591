"""Brains on labels: classifiers, siamese networks."""
