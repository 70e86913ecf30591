"""Who is singing? Self-supervised singer encoders for SpeechBrain."""

__version__ = "0.1.0"
