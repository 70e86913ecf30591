"""SingerEncoder, windows over long audio, export, stored thresholds."""
