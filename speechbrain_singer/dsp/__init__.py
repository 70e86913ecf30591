"""Signal processing that augmentation and synthesis are made of."""
