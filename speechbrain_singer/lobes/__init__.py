"""The log-mel front end, the encoder and its heads."""
