"""The front door: JSON over HTTP and the `filrouge` command.

It translates requests into use cases and their answers into words, and builds
nothing itself: whatever it needs it asks from the wiring in `adapters`.
"""
