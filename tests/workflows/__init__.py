"""Tests of the ground floor: the table, its guards in words, the deadlines, the labels."""
