"""From mixtures to vocals and accompaniment, by any separator.

What a separator is: `sample_rate` in Hz, `stems` (names, `vocals` among them),
and a call with mixtures [batch, 2, time] that returns [batch, stems, 2, time].
If it has `normalised = True`, mixtures come to it with a mean of 0 and a
standard deviation of 1. If it has a method `fetch`, that is called before, on
the main process first: it may bring weights.
"""
