"""Tests on the house itself: what is shipped, what is locked, who knows whom."""
