"""The invented province: what `make demo`, the journeys and the benchmarks stand on.

It stands above the house: it writes whole schools at once into the tables, as no use case does.
"""
