"""The settings: FILROUGE_* environment variables, each described here, each checked before anything starts.

A variable that is not known is refused rather than ignored (a misspelt FILROUGE_DATABSE_URL would otherwise
start an empty database), and so is an empty one. Refusals are in words and never show a secret: the master
key, and the database URLs, which may carry a password.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from adapters.attempts import AttemptLimits
from adapters.oidc import configuration as oidc
from adapters.sessions import Limits
from adapters.settings_values import (
    AbsolutePath,
    Address,
    AnyCase,
    DatabaseUrl,
    Days,
    KeyFile,
    Months,
    Origin,
    WrongValueError,
    sqlite_url,
)
from adapters.settings_words import PREFIX, SettingsError, in_words, variable
from adapters.system_words import system_words
from projections.suppression import THRESHOLD
from workflows.deadlines import Deadlines
from workflows.retention import Retention


class _KnownVariables(EnvSettingsSource):
    """The environment, read strictly: an unknown or an empty FILROUGE_* variable stops the start."""

    def __call__(self) -> dict[str, Any]:
        known = {variable(name) for name in self.settings_cls.model_fields}
        for name, value in os.environ.items():
            if name.upper().startswith(PREFIX):
                _check_known(name.upper(), known)
                if not value.strip():
                    raise SettingsError(
                        f"{name.upper()} est vide : donnez-lui une valeur, ou retirez-la pour la valeur par défaut.",
                        f"{name.upper()} is empty: give it a value, or unset it for its default.",
                    )
        return super().__call__()


def _check_known(name: str, known: Iterable[str]) -> None:
    if name not in known:
        nearest = get_close_matches(name, known, n=1, cutoff=0.0)[0]
        raise SettingsError(
            f"{name} n'est pas un réglage de Fil Rouge. Le plus proche est {nearest}.",
            f"{name} is not a setting of Fil Rouge. The nearest one is {nearest}.",
        )


class Settings(BaseSettings):
    """Everything an operator may choose. Frozen; its repr shows neither the master key nor a database URL."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True
    )

    home: AbsolutePath = Field(
        default=Path("~/.local/share/filrouge"),
        description="Directory of the data and of the master key, when these are files; made readable by its owner only.",
    )
    database_url: DatabaseUrl = Field(
        default_factory=lambda data: sqlite_url(data["home"] / "filrouge.db"),
        repr=False,
        description="The database: sqlite:////path/to/file, or postgresql://user:password@host/name. "
        "By default the file filrouge.db of the home directory.",
    )
    keys_url: DatabaseUrl = Field(
        default_factory=lambda data: sqlite_url(data["home"] / "keys.db"),
        repr=False,
        description="The store of the persons' keys, a database of its own with backups of its own: what is erased "
        "is gone when the last backup of the keys is. One store for all the machines that share a database. "
        "By default the file keys.db of the home directory.",
    )
    master_key: SecretStr | None = Field(
        default=None,
        description="The master key that wraps the persons' keys: 32 random bytes in base64. Instead of a file.",
    )
    master_key_file: KeyFile = Field(
        default_factory=lambda data: data["home"] / "master.key",
        description="File that holds the master key, readable by its owner only (mode 600). "
        "By default master.key in the home directory.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 takes any free one.")
    public_url: Origin | None = Field(
        default=None,
        description="The address that browsers open, like https://filrouge.example, when a proxy stands before this "
        "one: forms are taken from its pages only. By default what each request says of itself.",
    )
    language: Annotated[Literal["fr", "en"], AnyCase] = Field(
        default="fr", description="Language of what the command line says: fr or en."
    )
    log_level: Annotated[Literal["debug", "info", "warning", "error"], AnyCase] = Field(
        default="info", description="The least serious log lines to write: debug, info, warning or error."
    )
    log_format: Annotated[Literal["json", "console"], AnyCase] = Field(
        default="json", description="Log lines as json, one object a line, or for a person's eyes: console."
    )
    lock_timeout_seconds: float = Field(
        default=5.0, gt=0, le=600, description="How long a command waits for the database's lock, in seconds."
    )
    max_body_bytes: int = Field(
        default=1_048_576, ge=1024, le=104_857_600, description="The longest request body accepted, in bytes."
    )
    small_count_threshold: int = Field(
        default=THRESHOLD,
        ge=1,
        le=1000,
        description="The least count, besides 0, that analysts and publications are shown; smaller ones are hidden, "
        "and what would give them back. 1 hides nothing.",
    )
    session_idle_minutes: int = Field(
        default=60,
        ge=5,
        le=1440,
        description="How long somebody signed in to the pages may do nothing before they must sign in again, "
        "in minutes.",
    )
    session_hours: int = Field(
        default=12,
        ge=1,
        le=24,
        description="How long somebody signed in to the pages stays so at most, in hours.",
    )
    oidc_issuer: Address | None = Field(
        default=None,
        description="The identity provider of OpenID Connect: its issuer, to the letter, at which its discovery "
        "document is found. Without it nobody comes in by a provider.",
    )
    oidc_profile: Annotated[Literal["generic", "proconnect"], AnyCase] = Field(
        default="generic", description="How the provider is spoken to: generic, or proconnect."
    )
    oidc_name: str | None = Field(
        default=None,
        max_length=60,
        description="What the sign-in page calls the provider. By default its host; ProConnect is always called that.",
    )
    oidc_client_id: str | None = Field(
        default=None,
        max_length=255,
        description="This service's client id at the provider, to sign in to the pages. The provider must know "
        "/connexion/retour below FILROUGE_PUBLIC_URL and, for after signing out, /deconnexion/retour.",
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="This service's client secret at the provider. Better in a file."
    )
    oidc_client_secret_file: AbsolutePath | None = Field(
        default=None,
        description="File that holds the client secret, readable by its owner only (mode 600). "
        "Instead of FILROUGE_OIDC_CLIENT_SECRET.",
    )
    oidc_scopes: str | None = Field(
        default=None,
        max_length=500,
        description="Scopes to ask for, separated by spaces; openid always is. By default openid email.",
    )
    oidc_acr_values: str | None = Field(
        default=None,
        max_length=1000,
        description="Levels of assurance (acr) of which one is asked for and required, separated by spaces.",
    )
    oidc_mapping_file: AbsolutePath | None = Field(
        default=None,
        description="TOML file of which role and organisation a claim's value grants. Without it only accounts that "
        "were added come in.",
    )
    oidc_api_audience: str | None = Field(
        default=None,
        max_length=255,
        description="The audience of the provider's access tokens that the API accepts. Without it, it accepts none.",
    )
    oidc_contact: str | None = Field(
        default=None,
        max_length=200,
        description="Whom to ask for an account, as the page says it to somebody who has none: a service, a "
        "telephone number.",
    )
    attempt_minutes: int = Field(
        default=5,
        ge=1,
        le=60,
        description="Over how many minutes refused tokens and sessions, and sign-ins, are counted.",
    )
    attempts_per_address: int = Field(
        default=60,
        ge=1,
        le=1_000_000,
        description="How many refused tokens and sessions are taken from one address in that time; more are told to "
        "wait. One that is in force is always let in.",
    )
    attempts_per_token: int = Field(
        default=20,
        ge=1,
        le=1_000_000,
        description="How many wrong secrets are taken for one token or session in that time, wherever they come from.",
    )
    sign_ins_per_address: int = Field(
        default=100,
        ge=1,
        le=1_000_000,
        description="How many sign-ins are taken from one address in that time: a whole office may share one.",
    )
    export_days: Days = Field(
        default=7,
        description="How long exports asked for over the API are kept, in days; then they are removed.",
    )
    retention_active_months: Months = Field(
        default=24,
        description="Months after the last contact for which a closed case stays in the active base; then it is "
        "archived by `filrouge retention`.",
    )
    retention_archive_months: Months = Field(
        default=36,
        description="Months for which it then stays in the archive; after them the person is erased, once this holds "
        "for all their cases.",
    )
    retention_answer_days: Days = Field(
        default=90,
        description="How long the answers to an Idempotency-Key are kept, in days; then `filrouge retention` removes "
        "them.",
    )
    glass_minutes: int = Field(
        default=60,
        ge=5,
        le=480,
        description="How long a broken glass opens a case of another organisation to be read, in minutes.",
    )
    access_log_days: int = Field(
        default=365,
        ge=184,
        le=1096,
        description="How long the log of accesses is kept, in days: from six months to three years; then it is removed.",
    )
    deadline_detected_days: Days = Field(
        default=7, description="Days from detection to the relevance decided and a first contact tried."
    )
    deadline_consented_days: Days = Field(
        default=14, description="Days from the consent to the rights review."
    )
    deadline_bilan_done_days: Days = Field(default=14, description="Days from the rights review to the plan.")
    deadline_plan_built_days: Days = Field(
        default=30, description="Days after the last successful contact while a plan is being carried out."
    )
    deadline_care_performed_days: Days = Field(
        default=14, description="Days from the last care performed to the closing."
    )
    deadline_partner_reminder_days: Days = Field(
        default=10, description="Days from a referral onward to the partner's reminder."
    )
    deadline_referral_expiry_days: Days = Field(
        default=30, description="Days from a referral onward to its expiry without an answer."
    )

    @model_validator(mode="after")
    def _one_with_another(self) -> "Settings":
        if self.database_url == self.keys_url:
            raise WrongValueError(
                "FILROUGE_KEYS_URL et FILROUGE_DATABASE_URL sont la même base. Les clés en veulent une à elles : "
                "effacer une personne détruit sa clé, et une sauvegarde commune la garderait à côté des données.",
                "FILROUGE_KEYS_URL and FILROUGE_DATABASE_URL are the same database. The keys need one of their own: "
                "erasing a person destroys their key, and a shared backup would keep it beside the data.",
            )
        if {"master_key", "master_key_file"} <= self.model_fields_set:
            raise WrongValueError(
                "FILROUGE_MASTER_KEY et FILROUGE_MASTER_KEY_FILE sont donnés tous deux : gardez-en un.",
                "FILROUGE_MASTER_KEY and FILROUGE_MASTER_KEY_FILE are both set: keep one.",
            )
        wrong = oidc.problem({name: getattr(self, name) for name in self.model_fields_set})
        if wrong is not None:
            raise WrongValueError(*wrong)
        if self.deadline_partner_reminder_days > self.deadline_referral_expiry_days:
            raise WrongValueError(
                "FILROUGE_DEADLINE_PARTNER_REMINDER_DAYS dépasse FILROUGE_DEADLINE_REFERRAL_EXPIRY_DAYS : un "
                "partenaire est relancé avant que l'orientation expire.",
                "FILROUGE_DEADLINE_PARTNER_REMINDER_DAYS is longer than FILROUGE_DEADLINE_REFERRAL_EXPIRY_DAYS: "
                "a partner is reminded before the referral expires.",
            )
        return self

    @property
    def deadlines(self) -> Deadlines:
        """The delays that make a case due, in calendar days, as the workflow takes them."""
        return Deadlines(
            **{
                name: getattr(self, f"deadline_{name}_days")
                for name in Deadlines.__dataclass_fields__  # a new deadline without a setting fails at once
            }
        )

    @property
    def retention(self) -> Retention:
        """How long a person's file is kept."""
        return Retention(self.retention_active_months, self.retention_archive_months)

    @property
    def session_limits(self) -> Limits:
        """How long a session that begins now lasts."""
        return Limits(
            idle=timedelta(minutes=self.session_idle_minutes), whole=timedelta(hours=self.session_hours)
        )

    @property
    def attempt_limits(self) -> AttemptLimits:
        """How many refused credentials and sign-ins are taken."""
        return AttemptLimits(
            self.attempt_minutes,
            self.attempts_per_address,
            self.attempts_per_token,
            self.sign_ins_per_address,
        )

    @property
    def public_by_tls(self) -> bool:
        """Whether browsers can only come by TLS, whatever the last stretch to this server is."""
        return self.public_url is not None and self.public_url.startswith("https:")

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the address listened on."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def identity_provider(self) -> oidc.Configuration | None:
        """Return the identity provider and what its files hold; None without one. Raises SettingsError."""
        try:
            return oidc.configured(self)
        except oidc.ConfigurationRefused as refused:
            raise SettingsError(*refused.texts) from None

    def ensure_home(self) -> Path:
        """Make the home directory, readable by its owner only, unless it is there; return it.

        A directory that is already there keeps its mode: it may be shared on purpose. Raises SettingsError.
        """
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"FILROUGE_HOME : {self.home} ne peut pas être créé ({system_words(error, 'fr')}).",
                f"FILROUGE_HOME: {self.home} cannot be made: {system_words(error, 'en')}.",
            ) from None
        return self.home

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments, then the environment; no .env file of a directory one happens to be in."""
        del env_settings, dotenv_settings, file_secret_settings
        return init_settings, _KnownVariables(settings_cls)


def load() -> Settings:
    """Read the settings from the environment and make the home directory; raises SettingsError, in words."""
    try:
        settings = Settings()
    except ValidationError as error:
        # The cause would show what was given; the words are all there is to say.
        errors = error.errors(include_url=False)
        raise SettingsError(in_words(errors, "fr"), in_words(errors, "en")) from None
    settings.ensure_home()
    return settings


def environment(settings: Settings, base: Mapping[str, str]) -> dict[str, str]:
    """Return `base` with these settings instead of its own, for a process that must work on the same things."""
    kept = {name: value for name, value in base.items() if not name.upper().startswith(PREFIX)}
    for name in settings.model_fields_set:
        value = getattr(settings, name)
        plain = value.get_secret_value() if isinstance(value, SecretStr) else value
        if plain is not None:
            kept[variable(name)] = str(plain)
    return kept


@dataclass(frozen=True, slots=True)
class Description:
    """A setting as the documentation shows it; `default` is None when it is said in the description."""

    variable: str
    default: str | None
    description: str


def describe() -> list[Description]:
    """List every setting, in the order they are declared."""
    return [
        Description(
            variable(name),
            None if field.default_factory is not None or field.default is None else str(field.default),
            field.description or "",
        )
        for name, field in Settings.model_fields.items()
    ]
