"""Services to measure: real ones, on databases that keep what they acknowledge."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import cycle
from pathlib import Path

from adapters.bootstrap import Service, open_service
from adapters.master_key import create_master_key
from adapters.settings import Settings
from domain.access import Principal
from domain.commands.intake import Accept, Detect, NeedDescription
from domain.events.organisations import OrganisationRegistered
from domain.person import Identity
from domain.ports import Request
from domain.vocabulary import CareType, ForgoingReason, Source, Wave
from workflows.roles import Role

ORGANISATION = "gard"
ORGANISATIONS = (
    OrganisationRegistered(
        code=ORGANISATION, name="CPAM du Gard", wave="pilot", deployed_on=date(2014, 11, 17)
    ),
    *(
        OrganisationRegistered(
            code=f"cpam-{number}", name=f"CPAM {number}", wave=wave.value, deployed_on=wave.starts_on
        )
        for number, wave in zip(range(2, 72), cycle((Wave.TRIAL, Wave.WAVE_1, Wave.WAVE_2)), strict=False)
    ),
)
"""As many as had a cell at the end of 2017."""

DETECTOR = Principal("bench-detector", Role.DETECTOR, ORGANISATION)
COUNSELLOR = Principal("bench-counsellor", Role.COUNSELLOR, ORGANISATION)


@contextmanager
def service(home: Path, database_url: str | None = None) -> Iterator[Service]:
    """A service with its organisations, in `home`, on SQLite there or on `database_url`."""
    home.mkdir(parents=True, exist_ok=True)
    settings = Settings(home=home) if database_url is None else Settings(home=home, database_url=database_url)
    create_master_key(settings.master_key_file)
    with open_service(settings) as opened:
        opened.storage.organisations.register(ORGANISATIONS, "bench", datetime.now(UTC))
        yield opened


def accepted_case(opened: Service) -> tuple[str, int]:
    """Refer a person and accept the case; return its id and version."""
    need = NeedDescription(care_type=CareType.DENTAL_PROSTHETIC, reasons=[ForgoingReason.REST_TO_PAY])
    referral = Detect(
        person=Identity(family_name="Martin", given_name="Camille"),
        source=Source.RECEPTION,
        agreed_to_contact=True,
        needs=[need],
    )
    case = opened.use_cases.refer(referral, DETECTOR, Request("bench")).case_id
    answer = opened.use_cases.act(case, Accept(counsellor=COUNSELLOR.actor), COUNSELLOR, 1, Request("bench"))
    return case, answer.version
