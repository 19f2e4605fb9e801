"""What the domain promises, without a database."""
