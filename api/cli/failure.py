"""A failure that the command line itself notices, already in words."""


class Failed(Exception):
    """The command cannot do what was asked; the message is for whoever typed it."""
