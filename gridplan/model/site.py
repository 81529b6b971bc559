"""Sites: what is visited, as the list gives it and as it is placed on the grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NewType

from gridplan.model.hours import OpeningHours
from gridplan.model.place import AreaCode, AreaLevel, Datum, Fix, LonLat

SiteId = NewType("SiteId", str)


class SiteKind(StrEnum):
    """What a site is; decides minutes, mode, departments and opening where the site itself says nothing."""

    INSTITUTION = "institution"
    CHILDCARE = "childcare"
    COMPOUND = "compound"
    OFFICE = "office"
    COMMUNITY = "community"


class VisitMode(StrEnum):
    """A patrol may be done by grid workers; an inspection needs at least two certified officers."""

    PATROL = "patrol"
    INSPECTION = "inspection"


class SiteStatus(StrEnum):
    """Located sites are planned, sites in review wait for a person, rejected ones are another district's."""

    LOCATED = "located"
    REVIEW = "review"
    REJECTED = "rejected"


class Standing(StrEnum):
    """What a list says of a site's business: running, paused, gone, or become a non-profit (营转非); UNKNOWN where nothing."""

    OPERATING = "operating"
    PAUSED = "paused"
    CLOSED = "closed"
    DEREGISTERED = "deregistered"
    CONVERTED = "converted"
    MOVED = "moved"
    UNKNOWN = "unknown"


class LicenceClass(StrEnum):
    """What the flags for school permit (证) and business licence (照) say together; UNKNOWN where one is not given."""

    BOTH = "both"
    PERMIT_ONLY = "permit_only"
    LICENCE_ONLY = "licence_only"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """One row of a source file, counted as a person does (header of a sheet is row 1; first GeoJSON feature is 1).

    `date` is the date of the list, None where nobody said.
    """

    file: str
    row: int
    date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherValue:
    """What another row says of a value that was kept: as text, and where."""

    value: str
    source: SourceRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One site of the register, merged from one or more rows. Absent text is "", absent values None.

    `given` is the list's own point in `datum_in`, longitude first, not yet converted. `sources` tells for each field that
    did not come from `rows[0]` the row it came from, `others` what other rows say instead. `size` is how many learners (or
    households) the list gives, `closed` on which dates the doors are shut whatever the week says. `standing` is what `state`, the
    list's own word, means; `subject` is what is taught (培训类别), `competent` the department that answers for such a site
    (主管部门). `phone` is for the crew only and never exported.
    """

    id: SiteId
    name: str
    kind: SiteKind
    address: str
    rows: tuple[SourceRow, ...]
    uscc: str = ""
    given: LonLat | None = None
    datum_in: Datum = Datum.WGS84
    township: str = ""
    community: str = ""
    minutes: int | None = None
    opening: OpeningHours | None = None
    permit: bool | None = None
    licence: bool | None = None
    state: str = ""
    standing: Standing = Standing.UNKNOWN
    mode: VisitMode | None = None
    departments: tuple[str, ...] = ()
    priority: int = 0
    due: date | None = None
    phone: str = ""
    size: int | None = None
    closed: tuple[date, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, SourceRow] = field(default_factory=dict)
    others: Mapping[str, tuple[OtherValue, ...]] = field(default_factory=dict)
    competent: str = ""
    subject: str = ""

    @property
    def licence_class(self) -> LicenceClass:
        """The class of the two flags: 有证有照, 有证无照, 有照无证, 无证无照."""
        if self.permit is None or self.licence is None:
            return LicenceClass.UNKNOWN
        if self.permit:
            return LicenceClass.BOTH if self.licence else LicenceClass.PERMIT_ONLY
        return LicenceClass.LICENCE_ONLY if self.licence else LicenceClass.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedSite:
    """A site with its fix and its area at each level. `areas` is empty where the point lies outside all areas."""

    site: Site
    fix: Fix
    status: SiteStatus
    areas: Mapping[AreaLevel, AreaCode] = field(default_factory=dict)
