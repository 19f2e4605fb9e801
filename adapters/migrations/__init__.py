"""How the durable tables came to be, one revision after the other (Alembic, run by `adapters.schema`)."""
