"""One file a revision, in the order of their numbers. A package only so that the wheel carries them."""
