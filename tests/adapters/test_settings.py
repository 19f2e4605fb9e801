"""The settings: defaults, refusals in words, and no secret in any of them."""

import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import create_engine, text

from adapters.sessions import Limits
from adapters.settings import Settings, describe, load
from adapters.settings_words import PREFIX, SettingsError, variable
from workflows.deadlines import Deadlines

SECRET = "hunter2-never-shown"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment with nothing of Fil Rouge but a home of its own."""
    for name in list(os.environ):
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.setenv("FILROUGE_HOME", str(tmp_path / "home"))
    return monkeypatch


def refusal() -> str:
    """Load the settings, which must fail; return what is said."""
    with pytest.raises(SettingsError) as caught:
        load()
    assert caught.value.__cause__ is None
    assert SECRET not in str(caught.value)
    return str(caught.value)


def test_everything_has_a_default_under_home(tmp_path: Path) -> None:
    """A newcomer sets nothing."""
    settings = load()
    home = tmp_path / "home"
    assert settings.database_url == f"sqlite:///{home}/filrouge.db"
    assert settings.keys_url == f"sqlite:///{home}/keys.db"
    assert settings.master_key_file == home / "master.key"
    assert (settings.host, settings.port, settings.max_body_bytes) == ("127.0.0.1", 8000, 1024 * 1024)
    assert settings.deadlines == Deadlines()
    assert settings.session_limits == Limits(idle=timedelta(hours=1), whole=timedelta(hours=12))


def test_home_is_the_users_own_by_default(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The XDG place for data."""
    environment.delenv("FILROUGE_HOME")
    environment.setenv("HOME", str(tmp_path))
    assert load().home == tmp_path / ".local/share/filrouge"


def test_home_is_made_for_its_owner_only(tmp_path: Path) -> None:
    """Keys and data lie there."""
    assert stat.S_IMODE(load().home.stat().st_mode) == 0o700
    assert load().home == tmp_path / "home"  # and a second start finds it


def test_a_home_that_cannot_be_made_is_told(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Here because a file is in its place."""
    (tmp_path / "file").touch()
    environment.setenv("FILROUGE_HOME", str(tmp_path / "file"))
    assert refusal().startswith(f"FILROUGE_HOME: {tmp_path / 'file'} cannot be made:")


def test_a_file_with_an_awkward_name_is_the_file_that_is_opened(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Spaces, accents, question marks and percents survive the way through a URL."""
    home = tmp_path / "à 100%25 ?x=1#"
    environment.setenv("FILROUGE_HOME", str(home))
    engine = create_engine(load().database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (x)"))
    engine.dispose()
    assert (home / "filrouge.db").exists()


def test_each_setting_is_read_from_its_variable(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Flat names, also for the deadlines."""
    environment.setenv("FILROUGE_PORT", "8123")
    environment.setenv("FILROUGE_LOG_FORMAT", "CONSOLE")
    environment.setenv("FILROUGE_DATABASE_URL", f"postgres://me:{SECRET}@db/filrouge?sslmode=require")
    environment.setenv("FILROUGE_DEADLINE_DETECTED_DAYS", "3")
    environment.setenv("FILROUGE_DEADLINE_REFERRAL_EXPIRY_DAYS", "45")
    environment.setenv("FILROUGE_SESSION_IDLE_MINUTES", "15")
    environment.setenv("FILROUGE_SESSION_HOURS", "8")
    settings = load()
    assert settings.session_limits == Limits(idle=timedelta(minutes=15), whole=timedelta(hours=8))
    assert (settings.port, settings.log_format) == (8123, "console")
    assert settings.database_url == f"postgresql+psycopg://me:{SECRET}@db/filrouge?sslmode=require"
    assert settings.deadlines == Deadlines(detected=3, referral_expiry=45)
    assert SECRET not in repr(settings)


def test_a_relative_file_does_not_depend_on_where_one_is_later(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Two commands from two directories would otherwise see two databases."""
    environment.chdir(tmp_path)
    environment.setenv("FILROUGE_DATABASE_URL", "sqlite:///here.db")
    assert load().database_url == f"sqlite:///{tmp_path}/here.db"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("FILROUGE_DATABSE_URL", SECRET, "The nearest one is FILROUGE_DATABASE_URL."),
        (
            "filrouge_prot",
            SECRET,
            "FILROUGE_PROT is not a setting of Fil Rouge. The nearest one is FILROUGE_PORT.",
        ),
        ("FILROUGE_DEADLINES", SECRET, "FILROUGE_DEADLINES is not a setting"),
        ("FILROUGE_MASTER_KEY", " ", "FILROUGE_MASTER_KEY is empty"),
        ("FILROUGE_PORT", "http", "FILROUGE_PORT: Input should be a valid integer"),
        ("FILROUGE_PORT", "65536", "(it is '65536')"),
        (
            "FILROUGE_LOG_FORMAT",
            "xml",
            "FILROUGE_LOG_FORMAT: Input should be 'json' or 'console' (it is 'xml').",
        ),
        ("FILROUGE_LOCK_TIMEOUT_SECONDS", "nan", "FILROUGE_LOCK_TIMEOUT_SECONDS: Input should be"),
        ("FILROUGE_DEADLINE_DETECTED_DAYS", "0", "FILROUGE_DEADLINE_DETECTED_DAYS: Input should be"),
        (
            "FILROUGE_DEADLINE_PARTNER_REMINDER_DAYS",
            "31",
            "a partner is reminded before the referral expires.",
        ),
        (
            "FILROUGE_DATABASE_URL",
            SECRET,
            "FILROUGE_DATABASE_URL: the database's address cannot be read; accepted: sqlite:////path",
        ),
        (
            "FILROUGE_DATABASE_URL",
            f"mysql://me:{SECRET}@db/x",
            "'mysql': use sqlite or postgresql; accepted: sqlite:////path",
        ),
        ("FILROUGE_KEYS_URL", "sqlite://", "FILROUGE_KEYS_URL: an SQLite database must be a plain file"),
        ("FILROUGE_MASTER_KEY_FILE", "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0MTI=", "this looks like a key"),
        ("FILROUGE_HOME", "~nobody-of-this-name/x", "FILROUGE_HOME: this account has no home directory"),
    ],
)
def test_a_wrong_setting_stops_the_start_in_words(
    environment: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    """It says which, what is accepted, and for a name, the nearest one."""
    environment.setenv(name, value)
    assert said in refusal()
    assert "c2Vj" not in refusal()
    with pytest.raises(SettingsError) as caught:
        load()
    french = caught.value.text("fr")
    assert caught.value.text("en") == str(caught.value) != french
    assert name.upper() in french
    assert not {"Input", "should", "the", "is", "and"} & set(french.split())
    assert SECRET not in french


def test_all_that_is_wrong_is_said_at_once(environment: pytest.MonkeyPatch) -> None:
    """One line each, and nothing about what only follows from another."""
    environment.setenv("FILROUGE_HOME", "~nobody-of-this-name/x")
    environment.setenv("FILROUGE_PORT", "x")
    assert [line.split(":")[0] for line in refusal().splitlines()] == ["FILROUGE_HOME", "FILROUGE_PORT"]


def test_the_keys_have_a_database_of_their_own(environment: pytest.MonkeyPatch) -> None:
    """However the same one is spelt."""
    environment.setenv("FILROUGE_DATABASE_URL", f"postgres://me:{SECRET}@db/filrouge")
    environment.setenv("FILROUGE_KEYS_URL", f"postgresql+psycopg://me:{SECRET}@db/filrouge")
    assert "are the same database" in refusal()


def test_one_master_key_not_two(environment: pytest.MonkeyPatch) -> None:
    """Nobody should have to guess which one counts."""
    environment.setenv("FILROUGE_MASTER_KEY", SECRET)
    environment.setenv("FILROUGE_MASTER_KEY_FILE", "/run/secrets/master.key")
    assert "both set: keep one" in refusal()


def test_a_settings_object_made_by_hand_reads_the_same_rules(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Arguments win over the environment, and a refusal does not show its input either."""
    environment.setenv("FILROUGE_PORT", "1")
    assert Settings(home=tmp_path, port=2).port == 2
    with pytest.raises(ValidationError) as caught:
        Settings(database_url=f"mysql://me:{SECRET}@db/x")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104 - the question is what it means
        ("db", False),
    ],
)
def test_loopback_is_only_this_machine(host: str, loopback: bool) -> None:
    """What demonstration credentials depend on."""
    assert Settings(host=host).loopback is loopback


@pytest.mark.parametrize(
    ("given", "origin", "by_tls"),
    [
        ("https://filrouge.example", "https://filrouge.example", True),
        ("HTTPS://FilRouge.Example:443/", "https://filrouge.example", True),
        ("https://filrouge.example:8443", "https://filrouge.example:8443", True),
        ("http://127.0.0.1:80", "http://127.0.0.1", False),
        ("http://[::1]:8000", "http://[::1]:8000", False),
    ],
)
def test_a_public_address_is_spelt_as_browsers_spell_it(given: str, origin: str, by_tls: bool) -> None:
    settings = Settings(public_url=given)
    assert (settings.public_url, settings.public_by_tls) == (origin, by_tls)


@pytest.mark.parametrize(
    "given",
    ["filrouge.example", "ftp://a.example", "https://", "https://a.example/b", "https://u:p@a.example",
     "https://a.example?b", "https://a.example:port", "https://["],
)  # fmt: skip
def test_what_is_no_public_address_is_refused(given: str) -> None:
    with pytest.raises(ValidationError, match="address without a path"):
        Settings(public_url=given)


def test_each_setting_is_described() -> None:
    """The documentation is checked against this list."""
    described = {entry.variable: entry for entry in describe()}
    assert set(described) == {variable(name) for name in Settings.model_fields}
    assert all(len(entry.description) > 10 for entry in described.values())
    assert described["FILROUGE_PORT"].default == "8000"
    assert described["FILROUGE_MASTER_KEY"].default is None
    assert {f"FILROUGE_DEADLINE_{name.upper()}_DAYS" for name in Deadlines.__dataclass_fields__} <= set(
        described
    )
