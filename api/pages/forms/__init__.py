"""Forms made from what a command asks for, and a sent form made into the body that the API understands.

Nothing here says what is accepted: the command does, by the one way in that the API has (`api.bodies.understood`). A
form only knows how to ask, how to read what people write (an amount, a number), and where to show what was refused.
"""
