"""The pretrained interface, SingerEncoder."""
