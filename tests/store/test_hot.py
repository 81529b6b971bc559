"""Statements given to the driver itself answer as those that go through SQLAlchemy."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from gridplan.model.sent import SentReceipt, Taken
from gridplan.model.words import Text
from gridplan.store import field_tables, tables
from gridplan.store.hot import Hot
from gridplan.store.inserts import insert_new_on
from gridplan.store.repositories import Store
from tests.databases import both_engines

PARCELS = Hot(lambda _: select(field_tables.parcel).where(field_tables.parcel.c.visit == bindparam("visit")))
PID = Hot(lambda _: select(func.pg_backend_pid().label("pid")))
KEY = "11111111-1111-4111-8111-111111111111"


def add_parcel(store: Store) -> None:
    receipt = SentReceipt(key=KEY, hash="h", state=Taken.CONFLICT, why=Text("门锁着", "locked"))
    with store.transaction() as t:
        t.parcels.add(receipt, {"note": "门 😀", "n": [1, None]}, visit="V1", by="lin", round_id=None)


@both_engines
def test_moments_json_and_nothing_come_back_as_the_connection_gives_them(store):
    add_parcel(store)
    with store.reading() as t:
        (quick,) = PARCELS.all(t.connection, {"visit": "V1"})
        slow = t.connection.execute(select(field_tables.parcel)).one()
    assert quick._asdict() == dict(slow._mapping)
    assert quick.received.tzinfo is not None and quick.payload == {"note": "门 😀", "n": [1, None]}


@both_engines
def test_no_row_is_none_and_the_transaction_goes_on(store):
    with store.reading() as t:
        assert PARCELS.first(t.connection, {"visit": "nowhere"}) is None
        assert PARCELS.all(t.connection, {"visit": "nowhere"}) == []
        assert t.rounds.list() == ()


@both_engines
def test_what_it_wrote_is_lost_with_its_transaction(store):
    with pytest.raises(RuntimeError), store.transaction() as t:
        receipt = SentReceipt(key=KEY, hash="h", state=Taken.APPLIED)
        assert t.parcels.add(receipt, {}, visit="V1", by="lin", round_id=None) is receipt
        raise RuntimeError
    with store.reading() as t:
        assert t.parcels.receipt(KEY) is None


@both_engines
def test_what_the_database_refuses_is_sqlalchemys_error_and_tells_no_value(store):
    orphan = Hot(lambda engine: insert_new_on(engine, tables.assignment, "plan_id", "route_id", "person"))
    row = {"plan_id": 99, "route_id": "R1", "person": "secret-name", "at": None, "by": "lin"}
    with pytest.raises(IntegrityError) as found, store.transaction() as t:
        orphan.all(t.connection, row)
    assert "secret-name" not in str(found.value).partition("DETAIL")[0]


def test_a_broken_connection_is_thrown_away(postgres_server):
    with Store.open(postgres_server.fresh("ready")) as store:
        with pytest.raises(DBAPIError) as found, store.asking() as t:
            own = PID.first(t.connection, {}).pid
            with store.transaction() as other:
                other.connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": own})
            PARCELS.all(t.connection, {"visit": "V1"})
        assert found.value.connection_invalidated
        with store.asking() as t:
            assert PARCELS.all(t.connection, {"visit": "V1"}) == []
