"""What the cell knows and decides: the case, its events, its words.

The aggregate, the events in the past tense, the values and vocabulary, the
refusals, and the use cases (one method for each command). It fires the table
of `workflows` and knows nothing of databases, of HTTP or of who is listening.
"""
