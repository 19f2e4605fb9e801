"""The tables that must survive every version of this program, as the latest migration leaves them.

Read models are not here: each keeps its own tables, thrown away and rebuilt
from the events. A test holds this description and the migrations together.

Instants and days are kept as the very text that was hashed: `2018-03-31` and
`2018-03-31T12:00:00.000000Z`.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata: Final = MetaData()

# SQLite's own row number is an INTEGER, written so. STRICT makes it refuse a text in a
# number's place, as PostgreSQL does.
_Position = BigInteger().with_variant(Integer(), "sqlite")

events: Final = Table(
    "events",
    metadata,
    Column("position", _Position, primary_key=True, autoincrement=False),
    Column("case_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("topic", Text, nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("occurred_on", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("acting_as", Text, nullable=False),
    Column("organisation", Text, nullable=False),
    Column("correlation_id", Text, nullable=False),
    Column("causation_id", Text, nullable=True),
    Column("payload", Text, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("case_id", "version", name="uq_events_case_version"),
    sqlite_strict=True,
)
"""The history. Append-only: the database itself refuses UPDATE and DELETE."""

event_log_head: Final = Table(
    "event_log_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("position", _Position, nullable=False),
    Column("hash", Text, nullable=False),
    CheckConstraint("id = 1", name="ck_event_log_head_single_row"),
    sqlite_strict=True,
)
"""One row: the last event's position and hash. The lock writers meet in, and the witness of a tail cut off."""

idempotency: Final = Table(
    "idempotency",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_hash", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("response", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    sqlite_strict=True,
)
"""The first answer to each Idempotency-Key, given again to whoever repeats the request."""

read_models: Final = Table(
    "read_models",
    metadata,
    Column("name", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("position", _Position, nullable=False),
    Column("behind_since", _Position, nullable=True),
    sqlite_strict=True,
)
"""Which version of each read model is stored, and which event it was built up to.

Since then every commit has kept it up to date, unless `behind_since` names the first event that it lacks: a
program that computes it by other rules wrote that event, and left the read model alone.
"""

parked_events: Final = Table(
    "parked_events",
    metadata,
    Column("read_model", Text, primary_key=True),
    Column("case_id", Text, primary_key=True),
    Column("position", _Position, nullable=False),
    Column("version", Integer, nullable=False),
    Column("topic", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("parked_at", Text, nullable=False),
    sqlite_strict=True,
)
"""The events that a read model could not take: its rows of the case are those of the events before."""

rebuild_under_way: Final = Table(
    "rebuild_under_way",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("token", Text, nullable=False),
    Column("names", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("done", _Position, nullable=False),
    Column("total", _Position, nullable=False),
    CheckConstraint("id = 1", name="ck_rebuild_under_way_single_row"),
    sqlite_strict=True,
)
"""At most one row: the rebuild under way, or one that was killed. `done` and `total` count events."""

read_model_fence: Final = Table(
    "read_model_fence",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    sqlite_strict=True,
)
"""Always empty. On PostgreSQL whoever reads takes a shared lock on it before their instant begins, and a swap of
tables an exclusive one: nobody meets a new table whose rows are younger than their instant. SQLite needs no fence.
"""

exports: Final = Table(
    "exports",
    metadata,
    Column("export_id", Text, primary_key=True),
    Column("author", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("done", _Position, nullable=False),
    Column("total", _Position, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("asked_at", Text, nullable=False),
    Column("ended_at", Text, nullable=True),
    Column("worker", Text, nullable=True),
    Column("lease_until", Text, nullable=True),
    Column("problem", Text, nullable=True),
    Column("manifest", Text, nullable=True),
    Index("ix_exports_author", "author", "export_id"),
    Index("ix_exports_state", "state", "export_id"),
    sqlite_strict=True,
)
"""The exports that were asked for over the API, until their files are removed.

`what` is the order, fixed when it was asked for. A worker holds an export until `lease_until`, and longer as long as
it goes on; one that vanished loses it to the next.
"""

people: Final = Table(
    "people",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("nir_pseudonym", Text, nullable=True),
    Column("identity", Text, nullable=True),
    Column("recorded_at", Text, nullable=False),
    Column("erased_at", Text, nullable=True),
    Column("same_as", Text, nullable=True),
    UniqueConstraint("nir_pseudonym", name="uq_people_nir_pseudonym"),
    Index("ix_people_same_as", "same_as"),
    sqlite_strict=True,
)
"""The vault's drawer: identities, sealed with each person's own key, which is kept elsewhere.

`same_as` is the person that this one was recognised as, when two cases turned out to be one person's.
"""

tokens: Final = Table(
    "tokens",
    metadata,
    Column("token_id", Text, primary_key=True),
    Column("token_hash", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("organisation", Text, nullable=True),
    Column("label", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=True),
    Column("last_used_at", Text, nullable=True),
    Column("revoked_at", Text, nullable=True),
    UniqueConstraint("token_hash", name="uq_tokens_token_hash"),
    sqlite_strict=True,
)
"""Who may knock: only a hash of each token. No organisation means the national level."""

sessions: Final = Table(
    "sessions",
    metadata,
    Column("session_id", Text, primary_key=True),
    Column("session_hash", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("organisation", Text, nullable=True),
    Column("way", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("last_seen_at", Text, nullable=False),
    Column("lapses_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("ended_at", Text, nullable=True),
    UniqueConstraint("session_hash", name="uq_sessions_session_hash"),
    Index("ix_sessions_actor", "actor", "started_at"),
    Index("ix_sessions_expires_at", "expires_at"),
    sqlite_strict=True,
)
"""Who is signed in to the pages, or was lately: only a hash of what the browser keeps.

It is over at `lapses_at` unless it is seen before, which puts that off; at `expires_at` whatever happens; and at
`ended_at` when somebody ended it. `way` is how the person was recognised.
"""

accesses: Final = Table(
    "accesses",
    metadata,
    Column("access_id", Text, primary_key=True),
    Column("at", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("organisation", Text, nullable=True),
    Column("permission", Text, nullable=True),
    Column("ground", Text, nullable=False),
    Column("request_id", Text, nullable=True),
    Column("token_id", Text, nullable=True),
    Column("session_id", Text, nullable=True),
    Column("past_day", Text, nullable=True),
    Column("export_id", Text, nullable=True),
    Column("reason", Text, nullable=True),
    Column("note", Text, nullable=True),
    Column("until", Text, nullable=True),
    Index("ix_accesses_actor", "actor", "access_id"),
    Index("ix_accesses_kind", "kind", "access_id"),
    sqlite_strict=True,
)
"""Who read what, and why they could. Append-only: the database itself refuses UPDATE, and DELETE before six months.

The id begins with the instant, so that the order of the ids is that of time. `until` is how long a broken glass opens
its case; `note` is why, sealed with the key of the person whose case it is.
"""

accessed_cases: Final = Table(
    "accessed_cases",
    metadata,
    Column("access_id", Text, primary_key=True),
    Column("case_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Index("ix_accessed_cases_case", "case_id", "access_id"),
    sqlite_strict=True,
)
"""Of which cases, and which people by their pseudonyms: one of a file that was opened, many of a list."""

accounts: Final = Table(
    "accounts",
    metadata,
    Column("account", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("organisation", Text, nullable=True),
    Column("origin", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("signed_in_at", Text, nullable=True),
    Column("disabled_at", Text, nullable=True),
    sqlite_strict=True,
)
"""The accounts: one code, one role, one organisation, for ever. `origin` says who decided that there is one."""

account_links: Final = Table(
    "account_links",
    metadata,
    Column("identity", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("linked_at", Text, nullable=False),
    Column("left_at", Text, nullable=True),
    Index("ix_account_links_account", "account"),
    sqlite_strict=True,
)
"""Whom an identity provider recognises as which account: a keyed digest of the issuer and the subject there.

`left_at` is when the same person came in as another account, of another role or organisation.
"""

account_invitations: Final = Table(
    "account_invitations",
    metadata,
    Column("email", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("invited_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Index("ix_account_invitations_account", "account"),
    sqlite_strict=True,
)
"""Accounts that wait for their person's first sign-in, known by a keyed digest of an e-mail address until then."""

sign_ins: Final = Table(
    "sign_ins",
    metadata,
    Column("sign_in_id", Text, primary_key=True),
    Column("sign_in_hash", Text, nullable=False),
    Column("lead_to", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Index("ix_sign_ins_expires_at", "expires_at"),
    sqlite_strict=True,
)
"""Sign-ins under way at the identity provider: only a hash of what the browser keeps. Using one removes it."""

logout_hints: Final = Table(
    "logout_hints",
    metadata,
    Column("session_id", Text, primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Index("ix_logout_hints_expires_at", "expires_at"),
    sqlite_strict=True,
)
"""What the identity provider wants back when its user signs out, sealed with the session's own secret."""

attempts: Final = Table(
    "attempts",
    metadata,
    Column("attempt_id", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Index("ix_attempts_key", "key", "expires_at"),
    Index("ix_attempts_expires_at", "expires_at"),
    sqlite_strict=True,
)
"""Credentials that were refused and sign-ins, for minutes. `key` says what is counted, never an address in clear."""
