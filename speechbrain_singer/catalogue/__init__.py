"""Catalogues: the embeddings of very many recordings, kept and found again."""
