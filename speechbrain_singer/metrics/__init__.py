"""Verification, ranking and geometry: arrays in, numbers out."""
