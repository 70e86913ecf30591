"""Audio files, manifests, random clips and trials."""
