"""Tests of the command line: what each command does, says and returns, in both languages."""
