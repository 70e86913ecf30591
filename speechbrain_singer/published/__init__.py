"""What is needed to load the published weights exactly."""
