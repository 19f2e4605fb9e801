"""The read models: what the screens and the statistics are read from.

Each one is a pure function of the folded cases, with its tables and its
queries. All of it can be thrown away and rebuilt from the events to the same
bytes, which is why nothing here is ever migrated and none knows another.
"""
