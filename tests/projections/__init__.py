"""The read models, each on both databases, with more than one record so that a missing condition shows."""
