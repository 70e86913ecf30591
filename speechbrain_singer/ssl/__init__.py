"""Brains that train singer encoders by self-supervision."""
