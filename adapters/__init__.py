"""Everything that touches the world: databases, keys, settings, logs.

The event store, the unit of work that makes a command one transaction, the
vault of personal data, the accounts, the migrations and the wiring that gives
the rooms above and below their real parts. It serves nobody over HTTP.
"""
