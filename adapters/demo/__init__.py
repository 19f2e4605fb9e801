"""The demonstration: the published cases, and cohorts made up to the published figures [001].

Nothing here writes to the database. Everything is a command, sent through the same use cases as everybody else's.
"""
