"""What the tests stand on: a real PostgreSQL, started and stopped with the run."""
