"""The synthetic province: a public stand-in for a real one, made from a seed.

`plan` and what it uses are pure: the same seed gives the same province, without a database.
"""
