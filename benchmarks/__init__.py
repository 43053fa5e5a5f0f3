"""Speed, as ratios and counts: ``make bench``. What each figure means stands in ``docs/benchmarks.md``."""
