"""An encoder and a manifest in, figures out."""
