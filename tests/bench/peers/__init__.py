"""Other projects, replaying the same events into an equal projection of their own.

The projection is where each case stands: its organisation, its person, its state and its version, a part of the one
read model `case`. Fil Rouge rebuilds all its read models in the time that is compared, so a peer has far less to do.
What a peer made is compared with ours, row by row, after each of its runs.
"""
