"""The three published cases, played through the use cases and compared with what is stored here."""
