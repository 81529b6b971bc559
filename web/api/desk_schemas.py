"""The shapes of what the desk keeps before a plan: rounds, teams, absences, days, sites, areas, decisions."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Boolean, Dict, Float, Integer, List, Nested, String
from apiflask.validators import Length, OneOf, Range, Regexp

from gridplan.model.absence import AbsenceReason
from gridplan.model.crew import TravelMode
from gridplan.model.place import AreaLevel
from gridplan.model.round import Counts, DayKind, RuleDays, RuleUnit, Tail
from gridplan.model.site import LicenceClass, SiteKind
from gridplan.services.registry.site_edits import FIELDS
from web.api.schemas import BIG, Day, PageQuery, Versioned

_CODE = String(validate=Length(1, 64))
_TEXT = String(validate=Length(1, 200))
_FIELD = String(validate=OneOf([field for field in FIELDS if field != "phone"]))
_KIND = String(validate=OneOf([*map(str, SiteKind)]))
_SAID = Regexp(r".*\S")


def _whole(low: int, high: int) -> Integer:
    return Integer(strict=True, validate=Range(low, high))


# ---- rounds ----------------------------------------------------------------------------------------------------------


class Rule(Schema):
    """The rule of a round."""

    min_per_day = _whole(1, 100_000)
    max_days = _whole(1, 366)
    unit = String(validate=OneOf([*map(str, RuleUnit)]))
    days = String(validate=OneOf([*map(str, RuleDays)]))
    day_kind = String(validate=OneOf([*map(str, DayKind)]))
    counts = String(validate=OneOf([*map(str, Counts)]))
    tail = String(validate=OneOf([*map(str, Tail)]))


class SitesOf(Schema):
    """Which sites a round holds: an empty list is every value."""

    kinds = List(_KIND)
    townships = List(_CODE)
    communities = List(_CODE)
    licences = List(String(validate=OneOf([*map(str, LicenceClass)])))
    competents = List(_TEXT)
    files = List(_TEXT)
    least_priority = _whole(0, 9)
    exclude_status = List(_TEXT)
    sites = List(_TEXT)


class RoundForm(Schema):
    """What the page of a round changes; `crews` are teams, none means all; `minutes` of a visit by kind of site."""

    name = String(validate=Length(1, 60))
    start = Day()
    rule = Nested(Rule)
    crews = List(_CODE)
    overtime_min = Integer(strict=True)
    minutes = Dict(keys=_KIND, values=_whole(1, 600))
    scope = Nested(SitesOf)


class NewRound(RoundForm):
    """A new round: what it does not say is as in the round `like`, else as the register was imported with."""

    name = String(required=True, validate=Length(1, 60))
    like = Integer(strict=True, load_default=None, allow_none=True, validate=Range(1, BIG))


class ChangedRound(RoundForm, Versioned):
    """What is changed of a round, and the version that was seen; what it leaves out stays."""


class TriedRound(RoundForm):
    """A round as it might be, with so many more crews; `careful` counts travel with care, which may take seconds."""

    copies = Integer(strict=True, load_default=0, validate=Range(0, 60))
    careful = Boolean(load_default=False)


# ---- crews -----------------------------------------------------------------------------------------------------------


class ShiftBody(Schema):
    """A shift of a team; the lunch lies between `from` and `to`; `days` are `Mo,Tu,…`, none means every working day."""

    name = String(required=True, validate=[Length(1, 40), _SAID])
    start = String(required=True, validate=[Length(1, 5), _SAID], metadata={"example": "08:30"})
    end = String(required=True, validate=[Length(1, 5), _SAID], metadata={"example": "17:30"})
    from_ = String(data_key="from", load_default="", validate=Length(max=5), metadata={"example": "11:30"})
    to = String(load_default="", validate=Length(max=5), metadata={"example": "13:30"})
    minutes = Integer(strict=True, load_default=60, validate=Range(1, 600))
    days = String(load_default="", validate=Length(max=40))


class MemberBody(Schema):
    """A member of a team; without `id` a new one."""

    id = String(load_default="", validate=Length(max=64))
    name = String(required=True, validate=[Length(1, 60), _SAID])
    department = String(load_default="", validate=Length(max=60))
    certificate = String(load_default="", validate=Length(max=60))
    cert_until = Day(load_default=None, allow_none=True)


class TeamBody(Schema):
    """A whole team: `base` is [lon, lat] in WGS-84, `home` its townships."""

    name = String(required=True, validate=Length(1, 60))
    base = List(Float(), required=True, validate=Length(equal=2))
    base_name = String(load_default="", validate=Length(max=100))
    mode = String(load_default=TravelMode.CAR.value, validate=OneOf([*map(str, TravelMode)]))
    home = List(_CODE, load_default=list)
    shifts = List(Nested(ShiftBody), required=True, validate=Length(1, 9))
    members = List(Nested(MemberBody), load_default=list, validate=Length(max=100))
    off = List(Day(), load_default=list, validate=Length(max=1000))


class Marked(Schema):
    """The mark of what was seen; it may come as `If-Match` instead."""

    mark = String(load_default=None, validate=Length(max=64))


class ChangedTeam(TeamBody, Marked):
    """A whole team in the place of the one that was seen."""


class AbsenceDays(Schema):
    """From which day to which, both included, and why."""

    first = Day(required=True)
    last = Day(load_default=None, allow_none=True)
    reason = String(required=True, validate=OneOf([*map(str, AbsenceReason)]))


class NewAbsence(AbsenceDays):
    """Who is away: a member of a team, or the whole team."""

    team = String(required=True, validate=Length(1, 64))
    member = String(load_default="", validate=Length(max=64))


class ChangedAbsence(AbsenceDays, Versioned):
    """An absence in the place of the one that was seen."""


class Absence(Schema):
    """Who is away when."""

    id = Integer()
    team = String()
    member = String()
    first = String()
    last = String()
    reason = String()
    version = Integer()


class Absences(Schema):
    """All absences, earliest first."""

    items = List(Nested(Absence))


class MonthQuery(Schema):
    """Which month; without it the present one."""

    month = String(load_default="", validate=Length(max=7), metadata={"example": "2026-12"})


class CalendarDay(Schema):
    """A day of the office: `work`, `makeup`, `rest`, `holiday`; `office_work` and `office_off` where the office says so itself."""

    day = String()
    kind = String()


class DayOfMonth(CalendarDay):
    """A day in the list of its month."""


class Calendar(Schema):
    """The days of one month; `unknown` are years whose holidays nobody has announced."""

    items = List(Nested(DayOfMonth))
    unknown = List(Integer())


class DayBody(Schema):
    """What a day becomes: `work`, `off`, or as the `calendar` says; `seen` is its kind as it was read."""

    what = String(required=True, validate=OneOf(["work", "off", "calendar"]))
    seen = String(required=True, validate=Length(1, 40))


# ---- sites, areas and doubtful sites ----------------------------------------------------------------------------------------


class SiteValues(Schema):
    """Values of a site as a person would write them, and what each was when it was read; a telephone is the desk's alone."""

    values = Dict(keys=_FIELD, values=String(validate=Length(max=500)), required=True, validate=Length(1, 20))
    seen = Dict(keys=_FIELD, values=String(validate=Length(max=500)), load_default=dict)


class UndoSites(Schema):
    """The state that was read, by the `seen` of the look at it."""

    seen = String(required=True, validate=Length(1, 40))


class PairBody(Schema):
    """Two sites of a doubtful pair, and whether they are one."""

    one = String(required=True, validate=Length(1, 100))
    other = String(required=True, validate=Length(1, 100))
    same = Boolean(required=True)


class AreaRows(PageQuery):
    """Which page of the areas, of which level."""

    level = String(load_default=None, validate=OneOf([*map(str, AreaLevel)]))


class OwnerBody(Marked):
    """Who answers for an area, and as what."""

    person = String(required=True, validate=Length(1, 100))
    role = String(load_default="", validate=Length(max=100))


class SplitBody(Schema):
    """Into how many parts."""

    into = Integer(strict=True, load_default=2, validate=Range(2, 9))


class MergeBody(Schema):
    """Which neighbours become one."""

    codes = List(_CODE, required=True, validate=Length(2, 100))
    name = String(load_default="", validate=Length(max=100))


class UndoBody(Schema):
    """The number of the newest change of the grid, as it was read."""

    change = Integer(required=True, strict=True, validate=Range(1, BIG))


class DecisionBody(Schema):
    """Where a doubtful site is: at a candidate (1 …), at a point, or not in our district; with `building` all of its building."""

    candidate = Integer(strict=True, load_default=None, allow_none=True, validate=Range(1, 1000))
    point = List(Float(), load_default=None, allow_none=True, validate=Length(equal=2))
    reject = Boolean(load_default=False)
    building = Boolean(load_default=False)
