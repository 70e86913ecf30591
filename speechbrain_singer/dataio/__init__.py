"""Audio files, manifests, clips and pairs of them, splits and folds."""
