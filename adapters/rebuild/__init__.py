"""Rebuilding read models beside the live ones, while others read and write.

The new tables are filled from the log by several processes, each taking a segment of the cases at a time
(`crew`, `piecework`); what was recorded meanwhile is caught up with case by case (`recompute`); then, while no
event can be appended, the tables change places (`shadow`). Until that one transaction the live tables are left
alone, so a rebuild may be killed at any moment: the next one clears away what it left.
"""
