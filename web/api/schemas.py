"""The shapes of what comes in and goes out, for checking and for the documentation."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, Date, Dict, Float, Integer, List, Nested, Raw, String
from apiflask.validators import Length, OneOf, Range

from gridplan.model.days import read_day
from gridplan.model.place import AreaLevel
from gridplan.model.site import SiteKind, SiteStatus

MOST = 1000
BIG = 2**31 - 1
MOVED = {
    409: {"description": "别人先改动了，或现在不能这样做 / somebody was faster, or this cannot be done now"},
    428: {"description": "没有带看到的版本 / the version that was seen is missing"},
}
NO_FINDING = {404: {"description": "没有这个问题 / no such finding"}}
NO_LEAD = {404: {"description": "没有这条线索 / no such lead"}}


class Day(Date):
    """A day of a year that one plans."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            return read_day(str(value))
        except ValueError as error:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from error


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


def _means(chinese: str, english: str) -> dict[str, str]:
    """Return what a parameter means, for the documentation."""
    return {"description": f"{chinese} / {english}"}


class PageQuery(Schema):
    """Which page of a list."""

    limit = Integer(load_default=100, validate=Range(1, MOST), metadata=_means("每页最多多少条", "how many at most"))
    after = String(
        load_default="", validate=Length(max=100), metadata=_means("上一页给出的 next", "the `next` of the page before")
    )


class SiteFilter(Schema):
    """Which sites."""

    kind = String(
        load_default=None, validate=OneOf([kind.value for kind in SiteKind]), metadata=_means("类别", "the kind")
    )
    status = String(
        load_default=None,
        validate=OneOf([status.value for status in SiteStatus]),
        metadata=_means("已定位、待核实、不属本区", "placed, doubtful, not ours"),
    )
    area = String(
        load_default="",
        validate=Length(max=64),
        metadata=_means("任一层级的区域编码", "code of an area at any level"),
    )
    text = String(load_default="", validate=Length(max=100), metadata=_means("名称或地址里的字", "in name or address"))


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


class PlanOfRound(PlanHead):
    """A plan in the list of its round: apispec wants a shape of its own for what is also an answer by itself."""


class RoundWithPlans(Round):
    """A round and its plans, newest first; `form` is what may be changed of it, as a change takes it."""

    form = Dict()
    plans = List(Nested(PlanOfRound))


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
    """Of which round, without it the newest that is published; as of which day or moment, without it now."""

    round = Integer(load_default=None, validate=Range(1, BIG))
    as_of = String(load_default="", validate=Length(max=40), metadata={"example": "2026-11-30T18:00"})


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


class Page(Schema):
    """A page of a list."""

    items = List(Dict())
    next = String(allow_none=True)


class Versioned(Schema):
    """The version that was seen; it may come as `If-Match` instead."""

    version = Integer(
        load_default=None,
        validate=Range(0, BIG),
        metadata=_means("看到的版本；也可用 If-Match", "the version that was seen; `If-Match` will do"),
    )


class ListChoice(Schema):
    """What one list is: header → column ("" for none), datum, date, kind of all its rows, kinds of values nobody knew."""

    columns = Dict(keys=String(), values=String(), load_default=dict)
    kinds = Dict(keys=String(), values=String(), load_default=dict)
    datum = String(load_default=None, allow_none=True, validate=Length(max=20))
    date = String(load_default=None, allow_none=True, validate=Length(max=10))
    kind = String(load_default=None, allow_none=True, validate=Length(max=40))


class ImportChoices(Versioned):
    """Choices for the lists of an import, by their names."""

    lists = Dict(keys=String(), values=Nested(ListChoice), required=True)


class ImportRun(Versioned):
    """What the caller saw: the import's version, and the register's `base` that the sums were told against."""

    base = String(required=True, validate=Length(max=100))


class StepBody(Versioned):
    """One step: `kind` move, leave_out, pin, release or swap; `visit`; of a move `team`, `date`, `shift`, `position`; of a swap `other`."""

    step = Dict(required=True)


class SeekBody(Versioned):
    """How many steps back (below 0) or on."""

    steps = Integer(required=True, strict=True, validate=Range(-10_000, 10_000))


class SaveBody(Versioned):
    """Whether the plan is kept as a draft though it breaks promises."""

    with_breaches = Boolean(load_default=False)


class VisitQuery(Schema):
    """Of which visit."""

    visit = String(required=True, validate=Length(1, 300))


class TrialBody(Schema):
    """A remedy and its size, as `unplanned` and the page name them."""

    kind = String(required=True, validate=Length(max=40))
    change = Float(required=True, validate=Range(-1000, 1000))
    keep = Boolean(load_default=False)


_WORD = String(validate=Length(1, 100))


class ReplanBody(Schema):
    """From which day on; `without` TEAM or TEAM:DATE, `lost` days, `joined` teams that new ones are like, `leads` SITE or SITE,DUE."""

    as_of = Day(required=True)
    without = List(_WORD, load_default=list, validate=Length(max=100))
    lost = List(Day(), load_default=list, validate=Length(max=100))
    joined = List(_WORD, load_default=list, validate=Length(max=20))
    leads = List(_WORD, load_default=list, validate=Length(max=100))
    dial = String(load_default="little", validate=Length(max=20))


class AssignBody(Schema):
    """Routes and the log-ins that walk them; `own` names each team's own. `seen`: route → log-ins seen there, joined by commas."""

    routes = List(_WORD, required=True, validate=Length(1, MOST))
    people = List(String(validate=Length(max=64)), required=True, validate=Length(max=20))
    seen = Dict(keys=String(), values=String(), load_default=dict)
    skip = Boolean(load_default=False)


class Given(Schema):
    """How many routes were handed out, and why others were not."""

    done = Integer()
    refused = List(Nested(Sentence))


class FindingQuery(PageQuery):
    """Which findings."""

    state = String(load_default="", validate=OneOf(["", "open", "overdue", "due", "closed"]))
    round = Integer(load_default=None, validate=Range(1, BIG))
    site = String(load_default="", validate=Length(max=100))


class FindingStep(Schema):
    """What happens to a finding: a notice (`kind`, `to`, `due`), a recheck passed or failed (then `due`), a new last day, closed, reopened."""

    action = String(required=True, validate=OneOf(["notice", "passed", "failed", "due", "close", "reopen"]))
    note = String(load_default="", validate=Length(max=500))
    due = Day(load_default=None, allow_none=True)
    kind = String(load_default="", validate=Length(max=40))
    to = String(load_default="", validate=Length(max=100))
    number = String(load_default="", validate=Length(max=60))


class LeadQuery(PageQuery):
    """Which leads."""

    state = String(load_default="", validate=Length(max=20))
    round = Integer(load_default=None, validate=Range(1, BIG))


class LeadBody(Schema):
    """A lead: by which channel, what and where, until when it must be answered."""

    channel = String(required=True, validate=Length(max=40))
    what = String(required=True, validate=Length(1, 1000))
    where = String(required=True, validate=Length(1, 300))
    urgent = Boolean(load_default=False)
    due = Day(load_default=None, allow_none=True)
    number = String(load_default="", validate=Length(max=60))
    round = Integer(load_default=None, allow_none=True, validate=Range(1, BIG))


class AnswerBody(Schema):
    """What was answered upward."""

    answer = String(required=True, validate=Length(1, 2000))


class ReportQuery(Schema):
    """Which report: daily, weekly or of the round, of which day and area."""

    kind = String(load_default="daily", validate=Length(max=20))
    day = Day(load_default=None)
    area = String(load_default="", validate=Length(max=64))
    round = Integer(load_default=None, validate=Range(1, BIG))
