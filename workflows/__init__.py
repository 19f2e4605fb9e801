"""The ground floor: what may follow what in the life of a case.

States, the one transition table, its guards and the deadlines that make a case
due or overdue. Everything here is pure: it reads no clock, no file and no
database, so that the same table can be asked by the aggregate, by the API, by
the command line and by the documentation, and give each the same answer.
"""
