"""The examples of the API's description: a scripted story, played through the API, with ids and digests made even.

What is stored under api/examples is what the API really takes and answers; a test plays the story again and compares.
After a change that is meant:

    python -m tests.api.examples
"""

from __future__ import annotations

import json
import re
import tempfile
from datetime import date
from pathlib import Path
from typing import Any, Final

import httpx2
import sqlalchemy as sa

from adapters import sessions
from adapters.connections import engine, writing
from adapters.demo_accounts import WAY
from adapters.event_store import EventRecorder
from adapters.exports.jobs import MOST_WAITING
from api.problems import MEDIA_TYPE, URN
from domain.command import Command
from domain.commands import care, follow_up, funding, intake
from domain.commands.intake import Detect
from domain.person import Identity
from domain.vocabulary import (
    ActionKind,
    BasicCover,
    CareType,
    Channel,
    ChargeKind,
    ComplementaryCover,
    ForgoingReason,
    Funder,
    Obstacle,
    Partner,
    ResourceKind,
    Source,
)
from projections.reports import STATISTICS
from tests.api.house import AUDE, SIMON, House, opened, payload
from tests.builders import DENIS, DORA, MARIE, SOFIA, TYPICAL
from tests.service import SetClock
from workflows.triggers import Trigger

FOLDER: Final = Path(__file__).parents[2] / "api" / "examples"

_REFERRAL: Final = Detect(
    person=Identity(
        family_name="Durand",
        given_name="Camille",
        birth_date=date(1955, 8, 14),
        phone="04 66 00 00 00",
        nir="255081416802538",
    ),
    source=Source.RECEPTION,
    agreed_to_contact=True,
    needs=[
        intake.NeedDescription(
            care_type=CareType.DENTAL_PROSTHETIC,
            reasons=[ForgoingReason.REST_TO_PAY, ForgoingReason.UNKNOWN_RIGHTS],
            since=date(2016, 9, 1),
        )
    ],
    note="Préfère être appelée le matin.",
)

_STORY: Final[tuple[tuple[date, Command], ...]] = (
    (date(2018, 1, 16), intake.Accept(counsellor="marie")),
    (
        date(2018, 1, 17),
        follow_up.LogContact(channel=Channel.PHONE, reached=True, note="Rendez-vous pris pour le bilan."),
    ),
    (date(2018, 1, 17), intake.RecordConsent(share_with=[Partner.CCAS])),
    (
        date(2018, 1, 24),
        intake.CompleteBilan(
            basic_cover=BasicCover.CURRENT,
            complementary_cover=ComplementaryCover.MUTUAL,
            resources=[intake.Resource(kind=ResourceKind.PENSION, cents=140_000)],
            charges=[intake.Charge(kind=ChargeKind.RENT, cents=42_000)],
            obstacles=[Obstacle.REST_TO_PAY],
        ),
    ),
    (
        date(2018, 1, 24),
        care.BuildPlan(
            actions=[
                care.ActionToPlan(kind=ActionKind.OBTAIN_QUOTES, due_on=date(2018, 2, 9), need_ids=["n1"])
            ]
        ),
    ),
    (
        date(2018, 2, 5),
        funding.RecordQuote(
            need_id="n1", total_cents=180_000, basic_share_cents=21_500, complementary_share_cents=40_000
        ),
    ),
    (
        date(2018, 2, 6),
        funding.RequestFunding(quote_id="q1", funder=Funder.FASS, amount_cents=80_000),
    ),
    (date(2018, 2, 20), funding.DecideFunding(request_id="r1", granted_cents=80_000)),
)

_SOMEBODY_ELSE: Final = payload(_REFERRAL) | {"person": {"family_name": "Petit", "given_name": "Lou"}}

_SHOWN_ACTIONS: Final = ("agree_instalments", "record_care_performed", "reopen")


def played(house: House, clock: SetClock) -> dict[str, Any]:
    """Play the story; return every example by name."""
    clock.set_day(date(2018, 1, 15))
    found: dict[str, Any] = {"referral": payload(_REFERRAL)}
    answered = house.refer(_REFERRAL, DORA)
    case_id = answered.json()["case_id"]
    found["referred"] = answered.json()
    for day, command in _STORY:
        clock.set_day(day)
        answered = house.act(case_id, command.trigger.value, command, MARIE)
        assert answered.status_code == 200, answered.text
    found["done"] = answered.json()
    for name, path, by in (
        ("case", f"/cases/{case_id}", MARIE),
        ("history", f"/cases/{case_id}/history", MARIE),
        ("person", f"/cases/{case_id}/person", DENIS),
        ("referrals", "/referrals", DORA),
        ("referral-progress", f"/referrals/{case_id}", DORA),
        ("queue", "/queue", MARIE),
        ("organisations", "/organisations", DORA),
        ("workflow", "/workflow", DORA),
    ):
        found[name] = house.get(path, by).json()
    found["accesses"] = house.get(f"/accesses?case={case_id}&kind=case", AUDE).json()
    found["break-glass"] = {"reason": "person_present", "note": "Elle est à notre accueil."}
    broken = house.post(f"/cases/{case_id}/break-glass", SIMON, found["break-glass"])
    assert broken.status_code == 201, broken.text
    found["glass-broken"] = broken.json()
    clock.set_day(date(2018, 4, 17))
    house.act(case_id, "record_care_performed", {"need_id": "n1"}, MARIE)
    house.act(case_id, "close", {"reason": "care_performed", "remaining_actions": "case_closed"}, MARIE)
    for name in STATISTICS:
        found[name] = house.get(f"/statistics/{name}?from=2018-01-01&to=2018-12-31", SOFIA).json()
    found |= exports(house)
    service = house.cells.service
    with writing(service.engine) as connection:
        sessions.begin(connection, MARIE, WAY, limits=service.settings.session_limits, now=clock())
    found["sessions"] = house.get("/sessions", MARIE).json()
    found["problems"] = problems(house, case_id)
    found["actions"] = {
        trigger.value: payload(TYPICAL[trigger].command)
        for trigger in Trigger
        if trigger is not Trigger.DETECT
    }
    return {name: _even(_shortened(name, example)) for name, example in found.items()}


def exports(house: House) -> dict[str, Any]:
    """Ask for one export of each kind, and see the first of them made."""
    asked: dict[str, dict[str, Any]] = {
        "statistic": {
            "subject": "statistic",
            "name": "detection-sources",
            "format": "csv",
            "from": "2018-01-01",
            "to": "2018-12-31",
            "group_by": "month",
        },
        "table": {"subject": "table", "name": "case", "format": "xlsx"},
        "events": {"subject": "events", "format": "ocel", "as_of": "2018-03-31", "basis": "recorded"},
    }
    answers = {name: house.post("/exports", SOFIA, body) for name, body in asked.items()}
    for name, answered in answers.items():
        assert answered.status_code == 202, f"{name}: {answered.text}"
    found: dict[str, Any] = {"export-requests": asked, "export-asked": answers["statistic"].json()}
    house.make_exports()
    address = answers["statistic"].headers["location"]
    found["export"] = house.get(address, SOFIA).json()
    assert found["export"]["state"]["code"] == "done"
    for name in ("table", "events"):
        assert house.delete(answers[name].headers["location"], SOFIA).status_code == 204
    found["exports"] = house.get("/exports", SOFIA).json()
    return found


def export_problems(house: House) -> list[httpx2.Response]:
    """Fetch an export that is not made yet; ask for one too many."""
    body = {"subject": "statistic", "name": "outcomes", "format": "csv"}
    asked = [house.post("/exports", SOFIA, body) for _ in range(MOST_WAITING + 1)]
    not_ready = house.get(f"{asked[0].headers['location']}/content", SOFIA)
    for one in asked[:-1]:
        house.delete(one.headers["location"], SOFIA)
    return [not_ready, asked[-1]]


def problems(house: House, case_id: str) -> dict[str, Any]:
    """Provoke every kind of problem that the description tells of; return what was really answered."""
    again = "6f0c8f1e-3c0a-4c7e-9a55-0a4c4a3f0b11"
    house.refer(_SOMEBODY_ELSE, DORA, Idempotency_Key=again)
    asked = [
        *export_problems(house),
        house.post("/cases", DORA, b'{"person": {"family_name": "Durand",'),
        house.act(case_id, "suspend", {}, MARIE, If_Match="7"),
        house.get("/queue", None),
        house.client.get("/api/v1/queue", headers={"Authorization": "Bearer no-token-of-ours"}),
        house.get("/queue", DORA),
        house.get("/statistics/durations?organisation=isere", SOFIA),
        house.get("/cases/00000000-0000-7000-8000-000000000000", MARIE),
        house.client.delete("/api/v1/queue", headers=house.headers(MARIE)),
        house.act(case_id, "resume", {}, MARIE),
        house.act(case_id, "log_contact", {"channel": "phone", "reached": True}, MARIE, 1),
        house.post("/cases", DORA, b"[" + b"1," * house.cells.service.settings.max_body_bytes + b"1]"),
        house.post("/cases", DORA, b"<referral/>", Content_Type="application/xml"),
        house.refer(
            {"person": {"family_name": "Durand"}, "source": "friend", "agreed_to_contact": True}, DORA
        ),
        house.refer(payload(_REFERRAL), DORA, Idempotency_Key=again),
        house.client.post(
            f"/api/v1/cases/{case_id}/actions/resume",
            headers=house.headers(MARIE, Content_Type="application/json"),
            content=b"{}",
        ),
    ]
    most = house.cells.service.settings.attempts_per_address
    guess = {"Authorization": "Bearer no-token-of-ours"}
    asked.append([house.client.get("/api/v1/queue", headers=guess) for _ in range(most)][-1])
    found = {_code(answer): answer.json() for answer in asked}
    assert len(found) == len(asked)
    within = house.post(f"/cases/{case_id}/break-glass", SOFIA, {"reason": "other", "note": "…"})
    found[_code(within)] = within.json()
    found["invalid-query"] = house.get("/queue?limit=0&overdue=perhaps", MARIE).json()
    return found | _troubles(house, case_id)


_PROVIDER: Final = {"oidc_issuer": "http://127.0.0.1:9", "oidc_api_audience": "https://filrouge.example/api"}
"""An identity provider that does not answer: nothing listens there."""

_OF_THE_PROVIDER: Final = "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IjEifQ.e30.AA"


def _troubles(house: House, case_id: str) -> dict[str, Any]:
    """Provoke the problems that are nobody's fault but ours: a lock, a file that is gone, a newer schema, damage, a provider that is down."""
    settings = house.cells.service.settings
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    own = engine(settings.database_url)
    with writing(own) as connection:
        EventRecorder(own).lock_head(connection)
        answers = [house.refer(_SOMEBODY_ELSE, DORA), house.get(f"/cases/{case_id}", MARIE)]
    path.rename(path.with_name("aside"))
    answers.append(house.refer(_SOMEBODY_ELSE, DORA))
    path.with_name("aside").rename(path)
    with writing(own) as connection:
        current = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    answers += [house.refer(_SOMEBODY_ELSE, DORA), house.get("/readyz", None)]
    with writing(own) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :now"), {"now": current})
        version = "SELECT version FROM read_models WHERE name = 'case'"
        current = connection.execute(sa.text(version)).scalar_one()
        connection.execute(sa.text("UPDATE read_models SET version = 'old' WHERE name = 'case'"))
    answers.append(house.refer(_SOMEBODY_ELSE, DORA))
    with writing(own) as connection:
        restored = "UPDATE read_models SET version = :now WHERE name = 'case'"
        connection.execute(sa.text(restored), {"now": current})
        connection.execute(sa.text("UPDATE people SET identity = 'v1.' || identity"))
    answers.append(house.get(f"/cases/{case_id}", MARIE))
    own.dispose()
    answers.append(house.client.get("/api/v1/queue", headers={"Authorization": f"Bearer {_OF_THE_PROVIDER}"}))
    found = {_code(answer): answer.json() for answer in answers}
    assert list(found) == [
        "busy",
        "not-recorded",
        "unavailable",
        "schema-mismatch",
        "not-ready",
        "not-current",
        "unexpected",
        "provider-unavailable",
    ]
    return found


def _code(answer: httpx2.Response) -> str:
    assert answer.headers["content-type"] == MEDIA_TYPE, answer.text
    code: str = answer.json()["type"].removeprefix(URN)
    return code


def _shortened(name: str, example: Any) -> Any:
    """Keep of the longest answers what shows their shape."""
    if name == "case":
        example["actions"] = [a for a in example["actions"] if a["trigger"] in _SHOWN_ACTIONS]
    elif name == "history":
        example["events"] = example["events"][:3]
    elif name == "person":
        example["cases"][0]["history"] = example["cases"][0]["history"][:2]
        # Those of one instant stand in the order of their ids, which are drawn.
        example["accesses"] = sorted(example["accesses"], key=lambda access: access["what"]["code"])[:2]
    elif name == "workflow":
        example["triggers"] = [t for t in example["triggers"] if t["code"] in ("accept", "resume")]
        example["transitions"] = example["transitions"][:3]
        kept = set(example["transitions"][0]["guards"] + example["transitions"][0]["checks"])
        example["rules"] = [rule for rule in example["rules"] if rule["name"] in kept]
        example["vocabulary"] = {"origin": example["vocabulary"]["origin"]}
    return example


_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DIGEST: Final = re.compile(r'"[0-9a-f]{64}"')
_KEY_CHECK: Final = re.compile(r'"pseudonyms": "[0-9a-f]{8}"')
_INSTANCE: Final = re.compile(r"urn:filrouge:request:[0-9a-f]{32}")
_OPENED_BY: Final = re.compile(r'"(token|session)_id": "[0-9a-f]{12}"')
_REQUEST: Final = re.compile(r'"[0-9a-f]{32}"')


def _even(example: Any) -> Any:
    """Replace what differs from one playing to the next."""
    text = json.dumps(example, ensure_ascii=False)
    text = _UUID.sub("01610e5a-4c00-7000-8000-000000000001", text)
    text = _DIGEST.sub(f'"{"5e" * 32}"', text)
    text = _KEY_CHECK.sub('"pseudonyms": "5e5e5e5e"', text)
    text = _OPENED_BY.sub(r'"\1_id": "5e5e5e5e5e5e"', text)
    text = _INSTANCE.sub("urn:filrouge:request:7f0c2a3e5d9b4c1f8e6a0d2b4c6e8f10", text)
    text = _REQUEST.sub('"7f0c2a3e5d9b4c1f8e6a0d2b4c6e8f10"', text)
    return json.loads(text)


def written(example: Any) -> str:
    """Return an example as it is stored."""
    return json.dumps(example, ensure_ascii=False, indent=2) + "\n"


def play() -> dict[str, Any]:
    """Play the story in a house of its own."""
    with tempfile.TemporaryDirectory() as folder:
        clock = SetClock()
        with opened(
            Path(folder),
            f"sqlite:///{folder}/filrouge.db",
            clock,
            lock_timeout_seconds=0.2,
            attempts_per_address=2,
            **_PROVIDER,
        ) as house:
            return played(house, clock)


if __name__ == "__main__":
    for name, example in play().items():
        (FOLDER / f"{name}.json").write_text(written(example), encoding="utf-8")
