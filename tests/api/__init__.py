"""The API, spoken to over HTTP."""
