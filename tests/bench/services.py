"""Services to measure: real ones, on databases that keep what they acknowledge."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from adapters.bootstrap import Service, open_service
from adapters.demo.organisations import REGISTER
from adapters.key_file import create_key_file
from adapters.settings import Settings
from domain.access import Principal
from domain.commands.intake import Accept, Detect, NeedDescription
from domain.person import Identity
from domain.ports import Request
from domain.vocabulary import CareType, ForgoingReason, Source
from workflows.roles import Role

ORGANISATION = "gard"
DETECTOR = Principal("bench-detector", Role.DETECTOR, ORGANISATION)
COUNSELLOR = Principal("bench-counsellor", Role.COUNSELLOR, ORGANISATION)


@contextmanager
def service(home: Path, database_url: str | None = None) -> Iterator[Service]:
    """A service with its organisations, in `home`, on SQLite there or on `database_url`."""
    home.mkdir(parents=True, exist_ok=True)
    settings = Settings(home=home) if database_url is None else Settings(home=home, database_url=database_url)
    create_key_file(settings.master_key_file)
    with open_service(settings) as opened:
        opened.storage.organisations.register(REGISTER, "bench", datetime.now(UTC))
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
