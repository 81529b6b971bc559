"""Engines on the network: their datum, their levels, their errors in plain words; whatever they send, nothing breaks."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.geocode.datum import from_wgs84
from gridplan.geocode.gazetteer import distance_m
from gridplan.geocode.online.amap import Amap
from gridplan.geocode.online.asking import Asker
from gridplan.geocode.online.baidu import Baidu
from gridplan.geocode.online.cache import AnswerCache
from gridplan.geocode.online.engine import Answer, EngineError, EngineName, EngineSettings, Failure
from gridplan.geocode.online.engines import engine_of, settings_of
from gridplan.geocode.online.openstreet import OpenStreet
from gridplan.geocode.online.query import query_of
from gridplan.geocode.online.tianditu import Tianditu
from gridplan.model.errors import InputError
from gridplan.model.place import Address, Datum, FixLevel, LonLat
from gridplan.model.words import say
from tests.geocode import fake_engine as fake
from tests.geocode.fake_engine import FakeEngine

HERE = LonLat(116.402, 39.903)
KEY = "s3cret-key-of-the-office"
ADDRESS = "示例区东街道新路8号"
KEYS = {f"GRIDPLAN_{name}_KEY": KEY for name in ("AMAP", "BAIDU", "TIANDITU", "PELIAS")}


@pytest.fixture
def server() -> Iterator[FakeEngine]:
    with fake.fake_engine() as engine:
        yield engine


def there(datum: Datum) -> tuple[float, float]:
    """HERE as an engine of this datum gives it."""
    return from_wgs84(HERE.lon, HERE.lat, datum)


def good(name: str) -> Any:
    """A good answer of an engine: a door at HERE."""
    gcj, bd = there(Datum.GCJ02), there(Datum.BD09)
    return {
        "amap": fake.amap(("北京市示例区新路8号", *gcj, "门牌号")),
        "baidu": fake.baidu(*bd),
        "tianditu": fake.tianditu(*HERE),
        "nominatim": fake.nominatim(*HERE),
        "photon": fake.photon(*HERE),
        "pelias": fake.pelias(*HERE),
    }[name]


def asked(name: str, server: FakeEngine, **more: Any) -> tuple[Answer, ...]:
    return engine_of(settings_of(name, KEYS, url=server.url, **more)).ask(ADDRESS)


@pytest.mark.parametrize("name", list(EngineName))
def test_every_engine_gives_a_door_in_wgs84(server, name):
    server.reply = good(name)
    (answer,) = asked(name, server)
    assert distance_m(answer.point, HERE) < 0.1
    assert answer.level is FixLevel.ROAD_NUMBER and 0.5 < answer.score < 0.9 and answer.name


@pytest.mark.parametrize("name", list(EngineName))
def test_the_address_alone_is_sent_and_the_key_where_the_engine_wants_it(server, name):
    server.reply = good(name)
    asked(name, server)
    ((path, fields),) = server.asked
    words = {"amap": "address", "baidu": "address", "tianditu": "ds", "pelias": "text"}
    sent = fields.pop(words.get(name, "q"))
    assert sent == (f'{{"keyWord": "{ADDRESS}"}}' if name == "tianditu" else ADDRESS)
    keys = {"amap": "key", "baidu": "ak", "tianditu": "tk", "pelias": "api_key"}
    assert fields.pop(keys[name], None) == KEY if name in keys else KEY not in str(fields)
    assert set(fields) <= {"output", "format", "limit"} and path


@pytest.mark.parametrize(
    ("name", "reply", "level"),
    [
        ("amap", fake.amap(("某大厦", 116.4, 39.9, "兴趣点")), FixLevel.EXACT),
        ("amap", fake.amap(("新路", 116.4, 39.9, "道路")), FixLevel.ROAD),
        ("amap", fake.amap(("某村", 116.4, 39.9, "村庄")), FixLevel.COMMUNITY),
        ("amap", fake.amap(("某处", 116.4, 39.9, "从未见过")), FixLevel.ROAD),
        ("baidu", fake.baidu(116.4, 39.9, "商务大厦"), FixLevel.EXACT),
        ("baidu", fake.baidu(116.4, 39.9, "交叉路口"), FixLevel.INTERPOLATED),
        ("tianditu", fake.tianditu(116.4, 39.9, "道路"), FixLevel.ROAD),
        ("nominatim", fake.nominatim(116.4, 39.9, "road"), FixLevel.ROAD),
        ("nominatim", fake.nominatim(116.4, 39.9, "school"), FixLevel.EXACT),
        ("photon", fake.photon(116.4, 39.9, "street"), FixLevel.ROAD),
        ("pelias", fake.pelias(116.4, 39.9, "venue"), FixLevel.EXACT),
    ],
)
def test_levels_are_told_in_our_own_ladder(server, name, reply, level):
    server.reply = reply
    assert [answer.level for answer in asked(name, server)] == [level]


@pytest.mark.parametrize(
    ("name", "reply"),
    [
        ("amap", fake.amap(("北京市示例区", 116.4, 39.9, "区县"))),
        ("baidu", fake.baidu(116.4, 39.9, "区县")),
        ("tianditu", fake.tianditu(116.4, 39.9, "区县")),
        ("nominatim", fake.nominatim(116.4, 39.9, "city")),
        ("photon", fake.photon(116.4, 39.9, "city")),
        ("pelias", fake.pelias(116.4, 39.9, "county")),
    ],
)
def test_the_middle_of_a_district_is_no_place(server, name, reply):
    server.reply = reply
    assert asked(name, server) == ()


@pytest.mark.parametrize(
    ("name", "reply"),
    [
        ("amap", {"status": "1", "count": "0", "infocode": "10000", "geocodes": []}),
        ("amap", {"status": "0", "info": "ENGINE_RESPONSE_DATA_ERROR", "infocode": "30001"}),
        ("amap", {"status": "1", "infocode": "10000", "geocodes": [{"location": [], "level": [], "formatted_address": []}]}),
        ("baidu", {"status": 1, "msg": "无相关结果", "results": []}),
        ("tianditu", {"msg": "无结果", "status": "101"}),
        ("tianditu", {"msg": "ok", "status": "0"}),
        ("nominatim", []),
        ("photon", {"features": []}),
        ("pelias", {"features": []}),
    ],
)  # fmt: skip
def test_what_an_engine_does_not_know_is_no_error(server, name, reply):
    server.reply = reply
    assert asked(name, server) == ()


@pytest.mark.parametrize(
    ("name", "reply", "failure", "words"),
    [
        ("amap", {"status": "0", "info": "INVALID_USER_KEY", "infocode": "10001"}, Failure.REFUSED, "密钥"),
        ("amap", {"status": "0", "info": "DAILY_QUERY_OVER_LIMIT", "infocode": "10003"}, Failure.QUOTA, "配额"),
        ("amap", {"status": "0", "info": "CUQPS_HAS_EXCEEDED_THE_LIMIT", "infocode": "10021"}, Failure.BUSY, "太快"),
        ("amap", {"status": "0", "info": "MISSING_REQUIRED_PARAMS", "infocode": "20000"}, Failure.HTTP, "20000"),
        ("baidu", {"status": 200, "message": "APP不存在"}, Failure.REFUSED, "密钥"),
        ("baidu", {"status": 240, "message": "APP 服务被禁用"}, Failure.REFUSED, "密钥"),
        ("baidu", {"status": 302, "message": "天配额超限"}, Failure.QUOTA, "配额"),
        ("baidu", {"status": 401, "message": "并发"}, Failure.BUSY, "太快"),
        ("baidu", {"status": 2, "message": "Parameter Invalid"}, Failure.HTTP, "出错"),
        ("tianditu", {"code": 301012, "msg": "非法key", "resolve": "请检查"}, Failure.REFUSED, "密钥"),
        ("tianditu", {"code": 302001, "msg": "调用次数已达上限"}, Failure.QUOTA, "配额"),
        ("nominatim", (403, {}, b"blocked"), Failure.REFUSED, "HTTP 403"),
        ("photon", (429, {"Retry-After": "7"}, b""), Failure.BUSY, "HTTP 429"),
        ("pelias", (502, {}, b"<html>"), Failure.BUSY, "HTTP 502"),
        ("amap", (404, {}, b"{}"), Failure.HTTP, "HTTP 404"),
        ("amap", (302, {"Location": "http://127.0.0.1:1/elsewhere"}, b""), Failure.HTTP, "HTTP 302"),
        ("baidu", b"<html>login</html>", Failure.NONSENSE, "网关"),
        ("amap", b"\xff\xfe\x00", Failure.NONSENSE, "看不懂"),
        ("amap", b"[" * 100_000, Failure.NONSENSE, "看不懂"),
        ("amap", b" " * 2_100_000, Failure.NONSENSE, "看不懂"),
        ("nominatim", {"error": {"code": 400}}, Failure.NONSENSE, "看不懂"),
        ("photon", {"features": [{"geometry": None}]}, Failure.NONSENSE, "看不懂"),
        ("pelias", [1, 2], Failure.NONSENSE, "看不懂"),
    ],
)
def test_each_failure_is_told_in_plain_words_without_key_and_address(server, name, reply, failure, words):
    server.reply = reply
    with pytest.raises(EngineError) as error:
        asked(name, server)
    text = error.value.text
    assert error.value.failure is failure and words in text.zh
    assert say(f"online.name_{name}").zh in text.zh and "127.0.0.1" in text.zh
    assert KEY not in str(error.value) and "新路" not in str(error.value)
    assert error.value.__cause__ is None


def test_an_engine_that_asks_to_be_left_alone_says_for_how_long(server):
    server.reply = (429, {"Retry-After": "7"}, b"")
    with pytest.raises(EngineError) as error:
        asked("amap", server)
    assert error.value.wait_s == 7.0


def test_no_answer_in_time_and_nobody_there_are_told_as_no_network(server):
    server.delay_s = 1.0
    with pytest.raises(EngineError) as slow:
        asked("amap", server, timeout_s=0.05)
    with pytest.raises(EngineError) as gone:
        engine_of(settings_of("amap", KEYS, url="http://127.0.0.1:9")).ask(ADDRESS)
    assert {slow.value.failure, gone.value.failure} == {Failure.NETWORK}
    assert "没有网络" in gone.value.text.zh


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://host/", "host", "http://", "http://a b/", "https://h/?key=1", "http://h:x/", ""],
)
def test_only_http_addresses_are_taken(url):
    with pytest.raises(InputError) as error:
        settings_of("pelias", {}, url=url)
    assert ("http://" in error.value.text.zh) or ("GRIDPLAN_PELIAS_URL" in error.value.text.zh)


def test_a_password_in_the_address_is_refused_and_not_repeated():
    with pytest.raises(InputError) as error:
        settings_of("nominatim", {}, url="http://someone:pass@host/")
    assert "pass" not in str(error.value).replace("password", "")


@pytest.mark.parametrize("name", ["amap", "baidu", "tianditu"])
def test_a_missing_key_names_its_variable(name):
    with pytest.raises(InputError) as error:
        settings_of(name, {})
    assert f"GRIDPLAN_{name.upper()}_KEY" in error.value.text.zh


def test_an_unknown_engine_is_refused_with_those_that_are_known():
    with pytest.raises(InputError) as error:
        settings_of("google", {})
    assert "tianditu" in error.value.text.zh


def test_the_address_of_an_own_engine_may_stand_in_the_environment_and_have_a_path(server):
    server.reply = good("nominatim")
    found = settings_of("nominatim", {"GRIDPLAN_NOMINATIM_URL": f"{server.url}/geo/"})
    assert engine_of(found).ask(ADDRESS) and server.paths == ["/geo/search"]


def test_the_key_is_neither_shown_nor_logged(server, caplog):
    server.reply = good("pelias")
    with caplog.at_level(logging.DEBUG):
        asked("pelias", server)
    assert KEY not in caplog.text and KEY not in repr(settings_of("amap", KEYS))


# ---- whatever they send -----------------------------------------------------------------------------------------------

plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
words = st.sampled_from(
    ["status", "infocode", "geocodes", "location", "level", "result", "lng", "lat", "lon", "score", "code", "msg", "confidence", "precise", "features", "geometry", "coordinates", "properties", "error", "display_name", "formatted_address"]
)  # fmt: skip
usual = st.sampled_from(["1", "0", 0, 1, "116.4,39.9", [], {}, "门牌号", ["116", "39"], 1e308, "nan", "１１６,39"])
anything = st.recursive(
    plain | usual, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=5), max_leaves=12
)
KNOWN = EngineSettings(engine=EngineName.AMAP, url="http://h", host="h", key=KEY)


@settings(max_examples=300, deadline=None)
@given(anything | st.fixed_dictionaries({"status": usual, "infocode": plain, "geocodes": anything, "result": anything, "location": anything}))  # fmt: skip
def test_answers_of_any_shape_are_places_or_an_engine_error(sent):
    for read in (Amap(settings=KNOWN).read, Baidu(settings=KNOWN).read, Tianditu(settings=KNOWN).read):
        try:
            found = read(sent)
        except EngineError:
            continue
        for one in found:
            assert abs(one.point.lon) <= 180.1 and abs(one.point.lat) <= 90.1 and 0 <= one.score <= 1


@pytest.mark.parametrize("name", [EngineName.NOMINATIM, EngineName.PHOTON, EngineName.PELIAS])
@settings(max_examples=60, deadline=None)
@given(sent=anything | st.builds(lambda inner: {"features": inner}, anything) | st.lists(anything, max_size=2))
def test_answers_through_geopy_of_any_shape_are_places_or_an_engine_error(name, sent):
    with fake.fake_engine() as server:
        server.reply = lambda path, fields: sent
        found = settings_of(name, {}, url=server.url)
        try:
            OpenStreet(settings=found).ask("新路")
        except EngineError as error:
            assert error.failure in (Failure.NONSENSE, Failure.NETWORK)


# ---- cache, pace, retries ----------------------------------------------------------------------------------------------


class Scripted:
    """An engine that does what it is told, and a clock that nobody waits for."""

    def __init__(self, *acts: Any) -> None:
        self.settings = KNOWN
        self.most_bytes = 84
        self.acts = list(acts)
        self.now, self.slept, self.at = 100.0, [], []

    def ask(self, text: str) -> tuple[Answer, ...]:
        self.at.append(self.now)
        act = self.acts.pop(0)
        if isinstance(act, Exception):
            raise act
        return act

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


PLACE = Answer(name="新路8号", point=HERE, level=FixLevel.ROAD_NUMBER, score=0.75)


def failing(failure: Failure, wait_s: float = 0.0) -> EngineError:
    return EngineError(failure, EngineName.AMAP, "h", wait_s=wait_s)


def asker(engine: Scripted, path: Path) -> Asker:
    return Asker(engine, AnswerCache(path), clock=lambda: engine.now, sleep=engine.sleep)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_an_address_is_sent_once_and_then_known_even_to_the_next_process(tmp_path):
    engine = Scripted((PLACE,), ())
    first = asker(engine, tmp_path / "c.sqlite")
    assert first.ask("新路8号") == ((PLACE,), 1) and first.ask("新路8号") == ((PLACE,), 0)
    assert first.ask("无此路") == ((), 1)
    again = asker(engine, tmp_path / "c.sqlite")
    assert again.known("新路8号") and again.ask("无此路") == ((), 0) and not again.known("别处")


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_an_engine_is_not_asked_faster_than_allowed(tmp_path):
    engine = Scripted(*[()] * 3)
    asking = asker(engine, tmp_path / "c.sqlite")
    for text in "甲乙丙":
        asking.ask(text)
    assert [b - a for a, b in zip(engine.at, engine.at[1:], strict=False)] == [1.0, 1.0]


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_what_may_pass_is_tried_again_after_growing_waits_and_then_told(tmp_path):
    engine = Scripted(failing(Failure.NETWORK), failing(Failure.BUSY, 7.0), (PLACE,))
    assert asker(engine, tmp_path / "c.sqlite").ask("甲") == ((PLACE,), 3)
    assert engine.slept[0] == 1.0 and 7.0 in engine.slept
    down = Scripted(*[failing(Failure.NETWORK)] * 3)
    with pytest.raises(EngineError):
        asker(down, tmp_path / "d.sqlite").ask("甲")
    assert len(down.at) == 3


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("failure", [Failure.QUOTA, Failure.REFUSED, Failure.NONSENSE, Failure.HTTP])
def test_what_will_not_pass_is_not_tried_again_and_not_kept(tmp_path, failure):
    engine = Scripted(failing(failure))
    asking = asker(engine, tmp_path / "c.sqlite")
    with pytest.raises(EngineError):
        asking.ask("甲")
    assert len(engine.at) == 1 and not asking.known("甲")


def test_old_answers_are_asked_for_again_what_was_unknown_sooner(tmp_path):
    with AnswerCache(tmp_path / "c.sqlite") as cache:
        long_ago = datetime.now(UTC) - timedelta(days=30)
        cache.put(KNOWN, "知", (PLACE,), long_ago)
        cache.put(KNOWN, "不知", (), long_ago)
        assert cache.get(KNOWN, "知") == (PLACE,) and cache.get(KNOWN, "不知") is None
        assert cache.get(KNOWN, "知", datetime.now(UTC) + timedelta(days=200)) is None


def test_the_cache_holds_no_key_is_private_and_engines_do_not_share_it(tmp_path):
    path = tmp_path / "c.sqlite"
    with AnswerCache(path) as cache:
        cache.put(KNOWN, "甲", (PLACE,))
        other = EngineSettings(engine=EngineName.AMAP, url="http://other", host="other")
        assert cache.get(other, "甲") is None
    assert KEY.encode() not in path.read_bytes() and path.stat().st_mode & 0o077 == 0


def test_a_damaged_cache_is_told_by_name(tmp_path):
    path = tmp_path / "c.sqlite"
    path.write_bytes(b"no database at all, but long enough to be looked at" * 40)
    with pytest.raises(InputError) as error:
        AnswerCache(path)
    assert "c.sqlite" in error.value.text.zh and "删去" in error.value.text.zh


def test_what_another_version_wrote_is_asked_for_again(tmp_path):
    path = tmp_path / "c.sqlite"
    with AnswerCache(path) as cache:
        cache.put(KNOWN, "甲", (PLACE,))
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE answer SET answers = '[{\"where\": 1}]'")
        connection.close()
        assert cache.get(KNOWN, "甲") is None


# ---- what is sent ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        (Address(text="", township="东街道", road="新路", number="8号", unit="2单元", floor="3楼", room="301"), "示例区东街道新路8号"),
        (Address(text="", township="东街道", compound="春风花园", block="3号楼", room="301"), "示例区东街道春风花园3号楼"),
        (Address(text="", road="新路", crossing="旧街"), "示例区新路与旧街交叉口"),
        (Address(text="", community="甲社区", rest="老槐树旁王某13912345678"), "示例区甲社区老槐树旁王某"),
        (Address(text="", township="东街道", community="甲社区"), ""),
    ],
)  # fmt: skip
def test_an_address_is_sent_down_to_the_building_only(address, sent):
    assert query_of(address, "示例区") == sent
