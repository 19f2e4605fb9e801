"""What the pages of statistics show, made from an answer by its shape alone: no statistic is known here."""
