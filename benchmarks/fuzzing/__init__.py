"""Broken inputs by the thousand, and what the package makes of them."""
