"""How long a person's file is kept: in the active base, then in the archive, then not at all.

Source: the CNIL's reference framework on retention in social and medico-social work (deliberation 2023-095 of
14 September 2023): two years in the active base from the last contact with the person, then an archive for as long as
there may be a claim. The limitation of civil claims is five years (Code civil, art. 2224): three more years.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Retention:
    """How many months a closed case stays in the active base after the last contact, and in the archive after that."""

    active_months: int = 24
    archive_months: int = 36

    def archived_on(self, kept_since: date) -> date:
        """Return the day on which a case kept since `kept_since` leaves the active base."""
        return _months_after(kept_since, self.active_months)

    def erased_on(self, kept_since: date) -> date:
        """Return the day on which a case kept since `kept_since` is no reason any more to keep the person."""
        return _months_after(kept_since, self.active_months + self.archive_months)

    def last_touched_by(self, today: date) -> date:
        """Return the latest day from which the active period may be over today."""
        return _months_after(today, -self.active_months)


def _months_after(day: date, months: int) -> date:
    """Return the same day of another month, or its last one: 31 August and six months make 28 or 29 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
