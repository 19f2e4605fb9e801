"""The pages, one module for each place somebody goes."""
