"""Detection, ranking, identification, geometry: arrays in, numbers out."""
