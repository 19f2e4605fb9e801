"""The past day that an answer stands at, as the API shows it."""

from datetime import date
from typing import Self

from api.views.base import Coded, View
from domain.as_of import AsOf, Basis
from workflows.labels import Language


class AsOfView(View):
    """The past day that the answer stands at, to its end, and by which date of the events."""

    on: date
    basis: Coded

    @classmethod
    def of(cls, as_of: AsOf | None, language: Language) -> Self | None:
        """Show the day, if there is one."""
        if as_of is None:
            return None
        return cls(on=as_of.on, basis=Coded.of(Basis, as_of.basis.value, language))
