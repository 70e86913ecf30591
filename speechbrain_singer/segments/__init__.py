"""Who sings when: singers who take turns in one recording told apart.

One singer is heard at a time. Where two sing at once, the stretch is given to
one of them.
"""
