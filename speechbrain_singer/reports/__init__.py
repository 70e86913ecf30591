"""Figures in, tables, pictures and one page out."""
