"""Augmentation: one transform a file, and each example its own draw."""
