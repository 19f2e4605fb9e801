"""Retention: whose time is over, and what is then done."""
