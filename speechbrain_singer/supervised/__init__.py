"""Networks that are trained on labels: which singer, which song."""
