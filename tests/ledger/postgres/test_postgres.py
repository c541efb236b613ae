"""The ledger on a real server: how it is made, what is refused, and what a connection that breaks comes to."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from msgspec.structs import replace

from publisher.ledger import migrate, open_ledger
from publisher.ledger.postgres import session as sessions
from publisher.ledger.postgres.schema import _migrations
from publisher.ledger.postgres.store import Tables
from publisher.ledger.protocol import Overtaken
from publisher.model import commands
from publisher.model.delivery import State, Step
from publisher.model.errors import LedgerFault
from publisher.model.transitions import claimed
from publisher.settings.database import Database
from tests.ledger.sayings import NOW, content, outgoing, update
from tests.postgres import Server


def name_of(database: Database) -> str:
    return database.url.rpartition("/")[2]


def cut(server: Server, store: Tables) -> None:
    """What an administrator may do: the session ends, and the process that had it lives."""
    server.admin("postgres", f"SELECT pg_terminate_backend({store._session.connection.info.backend_pid})")


def test_a_ledger_is_made_by_migrating_once_and_is_no_empty_one_before(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "_kept", [])  # whatever configuration an earlier test's command was given
    database = server.fresh("template1")
    with pytest.raises(LedgerFault, match="there is no ledger in") as missing:
        open_ledger(database, write=False)
    assert missing.value.hint == "it is made, once, by: announce ledger migrate"
    assert migrate(database) == (0, len(_migrations()))
    with open_ledger(database, write=True) as first:
        identity = first.snapshot().origin.id
    assert migrate(database) == (len(_migrations()), len(_migrations()))
    with open_ledger(database, write=False) as again:
        assert again.snapshot().origin.id == identity
        assert [one.health for one in again.examine(whole=True)] == ["well"] * 4


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["INSERT INTO announce.made_by VALUES (999, '9.9')"], "brought up by a newer announce (schema 999"),
        (
            ["DROP SCHEMA announce CASCADE", "CREATE SCHEMA announce CREATE TABLE x ()"],
            "belongs to another program",
        ),
        (["DELETE FROM announce.made_by"], "there is no ledger in"),
    ],
)
def test_what_is_no_ledger_of_ours_is_refused_and_left_alone(
    server: Server, statements: list[str], said: str
) -> None:
    database = server.fresh()
    server.admin(name_of(database), *statements)
    with pytest.raises(LedgerFault) as refused:
        open_ledger(database, write=True)
    assert said in str(refused.value)
    assert refused.value.hint


def test_a_server_that_is_not_there_is_a_fault(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "CONNECT_SECONDS", 2)
    for url in ("postgresql://127.0.0.1:1/x", server.url("nowhere"), "postgresql://no.invalid/x"):
        with pytest.raises(LedgerFault, match="cannot be reached") as fault:
            open_ledger(Database(url=url), write=False)
        assert fault.value.hint


def test_a_role_of_other_ideas_is_overruled_and_one_without_rights_refused(server: Server) -> None:
    database = server.fresh()
    name = name_of(database)
    hostile = ("synchronous_commit = off", "default_transaction_read_only = on", "statement_timeout = '1s'")
    server.admin(
        "postgres", f"CREATE ROLE r{name} LOGIN", *(f"ALTER ROLE r{name} SET {one}" for one in hostile)
    )
    theirs = Database(url=database.url.replace("postgres@", f"r{name}@"))
    with pytest.raises(LedgerFault):
        open_ledger(theirs, write=True)
    server.admin(
        name,
        f"GRANT USAGE ON SCHEMA announce TO r{name}",
        f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA announce TO r{name}",
    )
    server.admin("postgres", f"ALTER ROLE r{name} RESET default_transaction_read_only")
    with open_ledger(theirs, write=True) as ledger:
        assert ledger.add(update(), outgoing(update(), "blog"), content(), again=None)


def test_an_outcome_outlives_its_connection_and_a_claim_does_not(server: Server) -> None:
    with Tables.open(server.fresh()) as store, store.owning("CMO-7K3M"):
        (pending,) = store.add(update(), outgoing(update(), "blog"), content(), again=None)
        sending = claimed(pending, Step.PUBLISH)
        cut(server, store)
        with pytest.raises(LedgerFault, match=r"connection to the ledger .* broke"):
            store.write([sending], at=NOW)
        assert store.deliveries("CMO-7K3M") == (pending,)

        store.write([sending], at=NOW)
        cut(server, store)
        done = replace(sending, state=State.DELIVERED)
        store.write([done], at=NOW)
        assert store.deliveries("CMO-7K3M") == (done,)


def test_what_an_owner_writes_that_has_lost_its_hold_is_refused(server: Server) -> None:
    database = server.fresh()
    with Tables.open(database) as first, Tables.open(database) as second, first.owning("CMO-7K3M"):
        (pending,) = first.add(update(), outgoing(update(), "blog"), content(), again=None)
        cut(server, first)
        with second.owning("CMO-7K3M"):
            with pytest.raises(LedgerFault, match=r"broke|taken over"):
                first.write([claimed(pending, Step.PUBLISH)], at=NOW)
            with pytest.raises(LedgerFault, match="taken over by process"):
                first._session.renew()
            first._session.take_again = lambda: None  # the token refuses what the lock has not
            with pytest.raises(Overtaken):
                first.write([claimed(pending, Step.PUBLISH)], at=NOW)
        assert second.deliveries("CMO-7K3M") == (pending,)


def test_a_plan_whose_connection_breaks_is_looked_up(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with Tables.open(server.fresh()) as store:
        insert = store._insert_deliveries
        monkeypatch.setattr(store, "_insert_deliveries", lambda items: (insert(items), cut(server, store))[0])
        with pytest.raises(LedgerFault, match="nothing was recorded"):
            store.add(update(), outgoing(update(), "blog"), content(), again=None)
        monkeypatch.undo()
        assert store.refs() == ()
        planned = store.add(update(), outgoing(update(), "blog"), content(), again=None)
        ref = update().announcement.ref
        assert store._found(_lost(), ref, outgoing(update(), "blog")) == planned


def _lost() -> sessions.Lost:
    return sessions.Lost("it broke")


def test_a_ledger_on_another_timeline_is_doubted_until_it_is_accepted(server: Server) -> None:
    database = server.fresh()
    server.admin(name_of(database), "UPDATE announce.lives_on SET server = 'another/00000001'")
    with open_ledger(database, write=True) as ledger:
        assert ledger.is_behind
        ledger.accept(at=NOW)
        assert (ledger.is_behind, ledger.restored_at) == (False, NOW)
    with open_ledger(database, write=False) as again:
        assert not again.is_behind


def test_two_plans_of_the_same_content_at_once_are_one_announcement(server: Server) -> None:
    from concurrent.futures import ThreadPoolExecutor

    database = server.fresh()

    def plan(number: int) -> str:
        said = update(f"CMO-000{number}", published=NOW + timedelta(seconds=number))
        with open_ledger(database, write=True) as ledger:
            try:
                ledger.add(said, outgoing(said, "blog"), content(), again=None)
            except Exception as error:  # noqa: BLE001  its kind is what is asked for
                return type(error).__name__
        return "said"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(plan, range(4))) == ["AlreadySaid"] * 3 + ["said"]


def test_a_server_that_never_answers_is_given_up(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with Tables.open(server.fresh()) as store:
        monkeypatch.setattr(sessions, "ANSWER_SECONDS", 0.5)
        began = time.monotonic()
        with pytest.raises(sessions.Lost):
            store._session.once("SELECT pg_sleep(30)")
        assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"fsync": "off"}, "does not survive a power cut"),
        ({"synchronous_commit": "off"}, "confirms what it has not written"),
        ({"read_only": "on"}, "only lets read"),
        ({"clock": NOW}, "has a clock that is"),
        ({"process": 1}, "is reached through a connection pooler"),
    ],
)
def test_a_session_that_cannot_be_relied_upon_is_refused(
    server: Server, monkeypatch: pytest.MonkeyPatch, found: dict[str, object], said: str
) -> None:
    """What the server answers is exchanged: one without fsync, or with a wrong clock, is not easily had."""
    (column, value), *_ = found.items()
    asked = sessions._VERIFYING.replace(f"AS {column}", "AS other")
    answer = f"SELECT answers.*, {_literal(value)} AS {column} FROM ({asked}) AS answers"  # noqa: S608  our own
    monkeypatch.setattr(sessions, "_VERIFYING", answer)
    with pytest.raises(LedgerFault, match=said) as refused:
        sessions.Session(Database(url=server.url("template1")))
    assert refused.value.hint


def _literal(value: object) -> str:
    return str(value) if isinstance(value, int) else f"'{value}'" + ("::timestamptz" if value is NOW else "")
