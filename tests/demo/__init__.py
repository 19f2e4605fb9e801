"""The demonstration: exact where figures are published, alive where they are not, and the same each time."""
