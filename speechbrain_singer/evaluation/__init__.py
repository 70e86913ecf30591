"""An encoder and a manifest in, numbers and pictures out."""
