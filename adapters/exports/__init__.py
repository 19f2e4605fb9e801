"""Figures that leave: statistics, pseudonymised rows and the event log, in files that can be made again to the byte.

An export is fixed when it is asked for: up to which event of the log, by whom, at which instant, with which filters.
Everything in it is computed from the events up to there, never from the live tables, so that a file does not depend
on when it was asked for, and the manifest beside it is all that is needed to make it again.
"""
