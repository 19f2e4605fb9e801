"""Failures in words: one sentence that says what happened and what to do, in the language spoken.

Of what lower rooms say only what they say in both languages is repeated; of the rest a sentence of ours takes no more
than figures, codes and names, which are the same in both. None of it ever repeats a secret or anything personal.
"""

from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from adapters import accounts, health, master_key, storage_errors, tokens, vault
from adapters.cipher import SealBroken
from adapters.demo.run import NotEmpty
from adapters.event_store import HeadLost
from adapters.exports.event_log import TooFewCases
from adapters.exports.log import AnotherHistory
from adapters.exports.make import NotTheSame
from adapters.exports.manifest import ManifestUnreadable
from adapters.exports.parquet_file import ParquetMissing
from adapters.in_words import InWords
from adapters.key_rotation import RotationOvertaken
from adapters.keys import KeyDestroyed, KeyStoreMissing, KeyStoreTooNew, KeyUnknown
from adapters.log_privacy import describe
from adapters.oidc.unavailable import ProviderUnavailable
from adapters.read_model_stamps import ReadModelsNotCurrent
from adapters.rebuild.crew import WorkerLost
from adapters.rebuild.session import RebuildUnderWay
from adapters.retention.run import RetentionUnderWay
from adapters.seal import SealTooNew
from adapters.settings_words import SettingsError
from adapters.system_words import system_words
from api.cli.failure import Failed
from api.cli.words import say, spoken
from domain.errors import CaseNotFound, FilRougeError, Refused, UnknownEvent

EXPECTED: Final = (FilRougeError, storage_errors.StorageError)
"""What the rooms below raise by design."""

_KEYS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (SettingsError, "error.settings"),
    (master_key.MasterKeyMissing, "error.master_key_missing"),
    (master_key.MasterKeyUnreadable, "error.master_key_unreadable"),
    (master_key.MasterKeyMalformed, "error.master_key_malformed"),
    (master_key.MasterKeyExposed, "error.master_key_exposed"),
    (master_key.WrongMasterKey, "error.wrong_master_key"),
    (RotationOvertaken, "error.rotation_overtaken"),
    (KeyStoreMissing, "error.key_store_missing"),
    (vault.KeyStoreMismatch, "error.key_store_mismatch"),
    (health.PurgeDelayed, "error.purge_delayed"),
    (KeyUnknown, "error.key_store_mismatch"),
    (SealBroken, "error.seal_broken"),
    (KeyDestroyed, "error.key_destroyed"),
    (KeyStoreTooNew, "error.too_new"),
    (SealTooNew, "error.too_new"),
    (UnknownEvent, "error.unknown_event"),
    (HeadLost, "error.head_lost"),
    (storage_errors.SchemaMissing, "error.schema_missing"),
    (storage_errors.SchemaOutdated, "error.schema_outdated"),
    (storage_errors.SchemaTooNew, "error.schema_too_new"),
    (storage_errors.DatabaseLocked, "error.locked"),
    (storage_errors.DatabaseUnavailable, "error.unavailable"),
    (RetentionUnderWay, "error.retention_under_way"),
    (ReadModelsNotCurrent, "error.read_models"),
    (ProviderUnavailable, "error.provider_unavailable"),
    (accounts.AccountUnknown, "error.account_unknown"),
    (accounts.AccountRefused, "error.account_refused"),
    (tokens.TokenUnknown, "error.token_unknown"),
    (tokens.TokenRefused, "error.token_refused"),
    (CaseNotFound, "error.case_not_found"),
    (storage_errors.AccessNotRecorded, "error.access_not_recorded"),
    (vault.PersonUnknown, "error.person_unknown"),
    (RebuildUnderWay, "error.rebuild_under_way"),
    (WorkerLost, "error.worker_lost"),
    (NotEmpty, "error.not_empty"),
    (ParquetMissing, "error.format_missing"),
    (TooFewCases, "error.too_few_cases"),
    (AnotherHistory, "error.another_history"),
    (NotTheSame, "error.not_the_same"),
    (ManifestUnreadable, "error.manifest_unreadable"),
)


def explained(error: Exception) -> str:
    """Return the sentence for `error`; what was not foreseen is told by its kind and place, without its values."""
    if isinstance(error, Failed):
        return str(error)
    if isinstance(error, Refused):
        return error.reason.text(spoken())
    if isinstance(error, master_key.KeyFileRefused):
        return say(f"error.key_file.{error.why}", where=error.where)
    for kind, key in _KEYS:
        if isinstance(error, kind):
            return say(key, **_named(error))
    if isinstance(error, OSError) and not isinstance(error, SQLAlchemyError):
        return say("error.system", why=system_words(error, spoken()))
    told = describe(error)
    places = told["where"]
    where = places[-1] if isinstance(places, list) and places else "?"
    return say("error.unforeseen", kind=told["type"], where=where)


def _named(error: Exception) -> dict[str, object]:
    """Return what the sentence about an error takes from it."""
    match error:
        case InWords():
            return {"why": error.text(spoken()).rstrip(".")}
        case storage_errors.SchemaMismatch():
            return {"found": error.found, "known": error.known}
        case master_key.WrongMasterKey():
            return {"needed": error.needed, "given": ", ".join(error.given)}
        case master_key.MasterKeyUnreadable(__cause__=OSError() as cause):
            return {"where": error.where, "why": system_words(cause, spoken())}
        case master_key.MasterKeyError():
            return {"where": error.where}
        case RotationOvertaken():
            return {"key_id": error.in_use}
        case ReadModelsNotCurrent():
            return {"names": ", ".join(error.names)}
        case UnknownEvent():
            return {"topic": error.topic, "version": error.schema_version}
        case NotTheSame():
            return {"program": error.program}
        case accounts.AccountUnknown():
            return {"account": str(error)}
        case CaseNotFound():
            return {"case": error.case_id}
        case _:
            return {}
