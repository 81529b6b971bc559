"""The shapes of what comes in and goes out, for checking and for the documentation."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Boolean, Dict, Float, Integer, List, Nested, Raw, String
from apiflask.validators import Length, OneOf, Range

from gridplan.model.place import AreaLevel
from gridplan.model.site import SiteKind, SiteStatus

MOST = 1000
BIG = 2**31 - 1


class Problem(Schema):
    """What went wrong (RFC 9457), in Chinese and English."""

    status = Integer(required=True)
    title = String(required=True)
    title_en = String(required=True)
    fields = Dict(keys=String(), values=String())


class Sentence(Schema):
    """A sentence in both languages."""

    zh = String(required=True)
    en = String(required=True)


class PageQuery(Schema):
    """Which page of a list."""

    limit = Integer(load_default=100, validate=Range(1, MOST))
    after = String(load_default="", validate=Length(max=100))


class SiteFilter(Schema):
    """Which sites."""

    kind = String(load_default=None, validate=OneOf([kind.value for kind in SiteKind]))
    status = String(load_default=None, validate=OneOf([status.value for status in SiteStatus]))
    area = String(
        load_default="",
        validate=Length(max=64),
        metadata={"description": "任一层级的区域编码 / code of an area at any level"},
    )
    text = String(load_default="", validate=Length(max=100))


class SiteQuery(SiteFilter, PageQuery):
    """Which sites, and which page of them."""


class Site(Schema):
    """A site of the register; `lon`, `lat` are WGS-84, null in review without a point."""

    id = String()
    name = String()
    kind = String()
    address = String()
    uscc = String()
    status = String()
    lon = Float(allow_none=True)
    lat = Float(allow_none=True)
    level = String()
    score = Float()
    areas = Dict(keys=String(), values=String())
    licence_class = String()
    standing = String()
    competent = String()


class Sites(Schema):
    """A page of sites."""

    items = List(Nested(Site))
    next = String(allow_none=True)


class AreaQuery(Schema):
    """Which areas."""

    level = String(load_default=None, validate=OneOf([level.value for level in AreaLevel]))


class Team(Schema):
    """A team."""

    id = String()
    name = String()
    base_name = String()
    base = List(Float(), metadata={"description": "[lon, lat] WGS-84"})
    home = List(String())
    mode = String()
    people = Integer()
    departments = List(String())


class Teams(Schema):
    """All teams."""

    items = List(Nested(Team))


class Complaint(Schema):
    """What an import complained about."""

    file = String()
    row = Integer()
    column = String()
    value = String()
    code = String()
    severity = String()
    text = Nested(Sentence)


class Complaints(Schema):
    """All complaints of the latest imports."""

    items = List(Nested(Complaint))


class PlanHead(Schema):
    """A plan without its document. `version` is the round's, which publishing asks for."""

    id = Integer()
    round = Integer()
    number = Integer()
    state = String()
    verdict = String()
    gap = Float()
    planned = Integer()
    unplanned = Integer()
    days = Integer()
    team_days = Integer()
    travel_min = Float()
    created = String()
    created_by = String()
    published = String(allow_none=True)
    published_by = String()
    version = Integer()


class Round(Schema):
    """A round."""

    id = Integer()
    name = String()
    district = String()
    start = String()
    min_per_day = Integer()
    max_days = Integer()
    rule = Nested(Sentence)
    version = Integer()
    created = String()
    created_by = String()


class RoundWithPlans(Round):
    """A round and its plans, newest first."""

    plans = List(Nested(PlanHead))


class Rounds(Schema):
    """All rounds, newest first."""

    items = List(Nested(Round))


class Diagnosis(Schema):
    """Whether the rule can be kept, before a plan is made."""

    possible = Boolean()
    text = Nested(Sentence)
    promised = Integer()
    review = Integer()
    days = List(String())
    capacity = List(Integer())


class DraftBody(Schema):
    """How long a draft may be improved, in minutes; without it until it stops getting better."""

    minutes = Float(load_default=None, allow_none=True, validate=Range(0.05, 600))


class Job(Schema):
    """Long work: `queued`, `running`, then `done`, `failed` or `cancelled`."""

    id = String()
    kind = String()
    state = String()
    stage = String()
    done = Integer()
    total = Integer()
    cancel = Boolean()
    result = Raw(allow_none=True)
    error = Nested(Sentence, allow_none=True)
    created = String()
    created_by = String()
    finished = String(allow_none=True)


class PublishBody(Schema):
    """The version of the round that was seen: somebody else's change is never published unread."""

    version = Integer(required=True, strict=True, validate=Range(0, BIG))


class RoutePeople(Schema):
    """A route and the log-ins of those who walk it."""

    route = String()
    team = String()
    date = String()
    shift = String()
    people = List(String())


class Assignments(Schema):
    """All routes of a plan with their people."""

    items = List(Nested(RoutePeople))


class PeopleBody(Schema):
    """The log-ins that walk a route from now on, instead of those before."""

    people = List(String(validate=Length(max=64)), required=True, validate=Length(max=20))


class CoverageQuery(Schema):
    """Of which round; without it the newest that is published."""

    round = Integer(load_default=None, validate=Range(1, BIG))


class CoverageLevel(Schema):
    """At which level."""

    level = String(load_default="township", validate=OneOf([level.value for level in AreaLevel]))


class CoverageRow(Schema):
    """The figures of one area: promised = done + ahead + overdue + unplanned; code `*` is the whole."""

    level = String(allow_none=True)
    code = String()
    name = String()
    promised = Integer()
    done = Integer()
    ahead = Integer()
    overdue = Integer()
    unplanned = Integer()
    review = Integer()


class Coverage(Schema):
    """The figures of every area."""

    rows = List(Nested(CoverageRow))


class AuditQuery(Schema):
    """Which entries."""

    object = String(load_default=None, validate=Length(max=200))
    limit = Integer(load_default=200, validate=Range(1, MOST))


class AuditEntry(Schema):
    """Who did what."""

    id = Integer()
    at = String()
    who = String()
    what = String()
    object = String()
    detail = Raw()


class Audit(Schema):
    """Entries of the audit log, newest first."""

    items = List(Nested(AuditEntry))
