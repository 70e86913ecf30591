"""Front ends, encoders and heads."""
