"""The log: one line an event, everybody's through the same fences, and nothing personal past them."""

import io
import json
import logging
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from adapters.log_privacy import HIDDEN, censor
from adapters.logging import Format, Level, configure, correlated
from adapters.storage_errors import DatabaseLocked
from domain.errors import CaseNotFound
from domain.person import Identity
from workflows.roles import Role

PERSON = Identity.model_validate(
    {
        "family_name": "Hermelin",
        "given_name": "Geneviève",
        "birth_date": "1951-10-04",
        "phone": "06 12 34 56 78",
        "email": "genevieve@example.org",
        "address": "3 rue des Lilas",
        "nir": "2 51 10 30 126 111 38",
    }
)


class Log:
    """What was written, read back."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def start(self, level: Level = "info", log_format: Format = "json") -> Any:
        """Configure the process and return a logger of ours."""
        configure(level, log_format, self.stream)
        return structlog.get_logger("adapters.test")

    @property
    def text(self) -> str:
        """Everything written."""
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Everything written, each line an object."""
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def log() -> Iterator[Log]:
    """A log of the test's own; the process' own is put back."""
    names = ("", "uvicorn", "uvicorn.error", "uvicorn.access", "adapters")
    loggers = [logging.getLogger(name) for name in names]
    before = [(each, each.handlers[:], each.level, each.propagate, each.disabled) for each in loggers]
    raising, structlogs = logging.raiseExceptions, structlog.get_config()
    yield Log()
    for each, handlers, level, propagate, disabled in before:
        each.handlers[:], each.propagate, each.disabled = handlers, propagate, disabled
        each.setLevel(level)
    logging.raiseExceptions = raising
    logging.captureWarnings(capture=False)
    structlog.configure(**structlogs)


def test_a_line_is_an_object_with_its_time_level_and_logger(log: Log) -> None:
    """In UTC, in French without escapes."""
    log.start().info("request", route="/cases/{case_id}", status=200, seconds=0.25, wave="5e vague, été")
    (line,) = log.lines
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "logger": "adapters.test",
        "route": "/cases/{case_id}",
        "status": 200,
        "seconds": 0.25,
        "wave": "5e vague, été",
    }
    assert "été" in log.text


def test_for_a_persons_eyes_the_same_fences_stand(log: Log) -> None:
    """The console's lines go through the same hands."""
    log.start(log_format="console").warning(
        "hello", phone=PERSON.phone, said="write to genevieve@example.org"
    )
    assert "hello" in log.text
    assert "12 34" not in log.text
    assert "genevieve" not in log.text


def test_the_level_is_ours_and_others_are_heard_from_warnings_up(log: Log) -> None:
    """A library's details are often somebody's data, whatever the level asked for."""
    ours = log.start("debug")
    ours.debug("ours")
    for name in ("httpx", "sqlalchemy.engine", "psycopg", "multipart"):
        logging.getLogger(name).info("details")
        logging.getLogger(name).warning("trouble")
    assert [line["event"] for line in log.lines] == ["ours", *["trouble"] * 4]
    log.start("error").warning("not now")
    assert len(log.lines) == 5


def test_a_second_start_does_not_write_twice(log: Log) -> None:
    """Nor to the first stream."""
    log.start()
    other = Log()
    other.start().info("once")
    assert log.text == ""
    assert [line["event"] for line in other.lines] == ["once"]


def test_uvicorn_speaks_through_us_and_its_access_log_is_off(log: Log) -> None:
    """Its access log writes whole URLs."""
    for name in ("uvicorn", "uvicorn.access"):
        logging.getLogger(name).addHandler(logging.StreamHandler(io.StringIO()))
    log.start()
    logging.getLogger("uvicorn.access").info('127.0.0.1 - "GET /find?nir=%s"', PERSON.nir)
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 12)
    (line,) = log.lines
    assert (line["event"], line["logger"]) == ("Started server process [12]", "server")


def test_warnings_are_lines_too(log: Log) -> None:
    """Python would print them as they are."""
    log.start()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn("call genevieve@example.org", stacklevel=1)
    (line,) = log.lines
    assert line["logger"] == "py.warnings"
    assert "genevieve" not in log.text


def test_lines_of_one_request_carry_its_id(log: Log) -> None:
    """Also those of other libraries; it ends with the block."""
    logger = log.start()
    with correlated("request-1"):
        logger.info("a")
        logging.getLogger("uvicorn.error").warning("b")
    logger.info("c")
    assert [line.get("correlation_id") for line in log.lines] == ["request-1", "request-1", None]


def test_personal_keys_lose_their_values(log: Log) -> None:
    """Every field of an identity, at any depth, and what usually carries them."""
    fields = PERSON.model_dump()
    log.start().info(
        "x",
        **fields,
        nested={
            "deeper": [{"Phone": "06 12 34 56 78", "new-email": "x", "empty_note": None, "state": "detected"}]
        },
        token="abc",
        form_token="abc",
        session_hash="abc",
        session_id="0123456789ab",
        body="{}",
        client_address="10.0.0.1",
    )
    (line,) = log.lines
    assert {key: line[key] for key in fields} == dict.fromkeys(fields, HIDDEN)
    (deeper,) = line["nested"]["deeper"]
    assert deeper == {"Phone": HIDDEN, "new-email": HIDDEN, "empty_note": None, "state": "detected"}
    assert (line["token"], line["body"], line["client_address"]) == (HIDDEN, HIDDEN, HIDDEN)
    assert (line["form_token"], line["session_hash"], line["session_id"]) == (HIDDEN, HIDDEN, "0123456789ab")


@pytest.mark.parametrize(
    "personal",
    [
        "251103012611138",
        "2 51 10 30 126 111 38",
        "2511030126111",
        "1 85 03 2A 073 004 43",
        "0612345678",
        "06.12.34.56.78",
        "+33 6 12 34 56 78",
        "+33 (0)6 12 34 56 78",
        "0033612345678",
        "genevieve.hermelin+soins@example.org",
        "fr_0123456789ab_s3cr3t-of_somebody",
        "fs_0123456789ab_s3cr3t-of_somebody",
        "Bearer eyJhbGciOiJub25lIn0.e30.",
    ],
)
def test_what_looks_personal_is_hidden_wherever_it_is(log: Log, personal: str) -> None:
    """In a value, in the event itself, in another library's message."""
    logger = log.start()
    logger.info("calls %s, now", personal, said=f"({personal})", several=[personal])
    logging.getLogger("somebody").warning("refused: %s", personal)
    for line in log.text.splitlines():
        assert HIDDEN in line
        assert personal not in line
    assert log.lines[0]["said"] == f"({HIDDEN})"


@pytest.mark.parametrize(
    "said",
    [
        "0198c7d2-1111-7222-8333-123456789012",
        "2018-03-31T12:00:00.000000Z",
        "case.care_performed",
        "35433 cases, 12701 rights, 125174 cents",
        "sha256 0612345678061234567806123456780612345678",
        "the basic cover",
        "GET /api/v1/cases/0198c7d2-1111-7222-8333-123456789012/history",
    ],
)
def test_what_an_operator_needs_stays(log: Log, said: str) -> None:
    """Ids, instants, counts."""
    log.start().info("x", said=said)
    assert log.lines[0]["said"] == said


@given(st.uuids())
def test_no_case_id_is_taken_for_a_number(case_id: UUID) -> None:
    """Whatever its digits."""
    assert censor(None, "info", {"case_id": str(case_id)}) == {"case_id": str(case_id)}


def test_an_object_is_named_not_shown(log: Log) -> None:
    """Its repr may show anything; plain data stays plain."""
    kept = {
        "day": date(2018, 3, 31),
        "at": datetime(2018, 3, 31, tzinfo=UTC),
        "role": Role.ANALYST,
        "path": Path("/x"),
        "none": None,
        "wrong": float("nan"),
    }
    log.start().info("x", person=PERSON, raw=b"Hermelin", kind=type, **kept)
    (line,) = log.lines
    assert (line["person"], line["raw"], line["kind"]) == ("<Identity>", "<bytes>", "<type>")
    assert {key: line[key] for key in kept} == {
        "day": "2018-03-31",
        "at": "2018-03-31T00:00:00+00:00",
        "role": "analyst",
        "path": "/x",
        "none": None,
        "wrong": "nan",
    }


def test_long_values_are_cut(log: Log) -> None:
    """A text, a list, and data without an end."""
    endless: list[object] = []
    endless.append(endless)
    log.start().info("x", long="a" * 301, longer="b" * 4001, many=list(range(1000)), endless=endless)
    (line,) = log.lines
    assert line["long"] == "a" * 300 + "… (301 characters)"
    assert line["longer"] == "<4001 characters>"
    assert len(line["many"]) == 50
    assert "list" in str(line["endless"])


def test_a_cut_never_bares_a_part(log: Log) -> None:
    """What was searched is all that can be shown."""
    log.start().info("x", said=" ".join(["genevieve@example.org"] * 180))
    assert "genevieve" not in log.text


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_a_value_cannot_begin_a_line_or_command_a_terminal(log: Log, log_format: Format) -> None:
    """A forged line is text like any other."""
    log.start(log_format=log_format).info("a\nforged=1", said="\x1b[2J\r\nforged \ud800 \u202e")
    assert len(log.text.splitlines()) == 1
    for character in "\x1b\ud800\u202e":
        assert character not in log.text


def raised_by(log: Log, act: Callable[[], object], *, level: Level = "info") -> dict[str, Any]:
    """Log what `act` raises, as an unexpected error is; return what the line says of it."""
    logger = log.start(level)
    try:
        act()
    except Exception:
        logger.exception("failed")
    raised: dict[str, Any] = log.lines[-1]["raised"]
    return raised


class Form(BaseModel):
    """Something typed, with pydantic's talkative errors."""

    age: int


def fail_on_a_form() -> None:
    """Raise an error that shows what was typed, caused by another that does."""
    typed = "Geneviève Hermelin"
    try:
        Form.model_validate({"age": typed})
    except ValidationError as error:
        raise RuntimeError(f"refused: {typed}") from error


def test_a_raised_error_tells_its_type_and_place_not_its_values(log: Log) -> None:
    """Neither the message, the causes' messages, the source lines nor the locals."""
    raised = raised_by(log, fail_on_a_form)
    assert raised["type"] == "RuntimeError"
    assert raised["causes"] == [f"{ValidationError.__module__}.ValidationError"]
    assert any("test_logging.py" in place and "fail_on_a_form" in place for place in raised["where"])
    assert "message" not in raised
    assert "Hermelin" not in log.text


def fail(error: BaseException) -> Callable[[], None]:
    """Return what raises `error`."""

    def act() -> None:
        raise error

    return act


def statement(error: BaseException) -> sa.exc.DBAPIError:
    """Wrap a driver's error as SQLAlchemy does, with the statement and its values."""
    return sa.exc.DBAPIError("INSERT INTO people VALUES (?)", {"identity": "Hermelin"}, error)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (CaseNotFound("0198c7d2"), "no case 0198c7d2"),
        (DatabaseLocked("another writer holds the database"), "another writer holds the database"),
        (FileNotFoundError(2, "No such file or directory"), "[Errno 2] No such file or directory"),
        (statement(sqlite3.OperationalError("no such table: people")), "no such table: people"),
        (
            statement(psycopg.IntegrityError("duplicate key\nDETAIL:  Key (x)=(Hermelin) already exists.")),
            "duplicate key",
        ),
        (statement(psycopg.DataError("invalid input: Hermelin")), None),
        (RuntimeError("Hermelin"), None),
    ],
)
def test_the_messages_that_name_nobody_are_told(log: Log, error: Exception, message: str | None) -> None:
    """Our own, the system's and the database's; the others may repeat what was given."""
    assert raised_by(log, fail(error)).get("message") == message
    assert "Hermelin" not in log.text


def test_an_error_given_as_a_value_is_told_the_same_way(log: Log) -> None:
    """As `error=error`, and as another library's exc_info."""
    log.start().error("x", error=RuntimeError("Hermelin"), locked=DatabaseLocked("busy"))
    logging.getLogger("uvicorn.error").error("y", exc_info=RuntimeError("Hermelin"))
    first, second = log.lines
    assert first["error"] == "RuntimeError"
    assert first["locked"] == "adapters.storage_errors.DatabaseLocked: busy"
    assert second["raised"] == {"type": "RuntimeError", "where": []}


def test_a_line_that_cannot_be_written_is_not_printed_elsewhere(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    """Python's own way is to print its raw arguments."""
    log.start()
    log.stream.close()
    logging.getLogger("somebody").warning("refused: %s", "genevieve@example.org")
    printed = capsys.readouterr()
    assert printed.out == printed.err == ""
