"""Sounds of our own.

`ding.wav` is 0.55 s of 16-bit mono at 22,050 Hz, computed once: two sine tones with a little of their octave, 880 Hz from
the start and 1,174.66 Hz (a fourth above) from 0.16 s, each rising within 8 ms and dying away as `exp(-t / 0.11)`, the whole at
40 % of full scale with its last 30 ms faded out.
"""

from pathlib import Path

DING = Path(__file__).parent / "ding.wav"
