"""SingerEncoder, windows over long audio, export."""
