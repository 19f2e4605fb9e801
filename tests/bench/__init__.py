"""The figures that were promised, measured: `make bench`.

Each row compares two things in the same run, in turn, pair by pair, so that a machine that is busy slows both. What
is quoted is the median of the pairs' ratios; absolute times are shown for orientation only.
"""
