"""The filters of a scope and the counts beside them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gridplan.model.place import AreaCode, AreaLevel, Fix, FixLevel, LonLat
from gridplan.model.round import Scope
from gridplan.model.site import LicenceClass, PlacedSite, Site, SiteId, SiteKind, SiteStatus, SourceRow, Standing
from gridplan.rounds.facets import Facets
from gridplan.rounds.visits import scope_test

KINDS, TOWNS, FILES = (SiteKind.OFFICE, SiteKind.CHILDCARE), ("A", "B"), ("教育.xlsx", "街道.csv")
FIX = Fix(point=LonLat(121.4, 31.2), level=FixLevel.EXACT, score=1, gap=0, confident=True, reason="")


@st.composite
def sites(draw: st.DrawFn) -> PlacedSite:
    number = draw(st.integers(0, 10**9))
    town = draw(st.sampled_from((*TOWNS, None)))
    site = Site(
        id=SiteId(f"S{number}"),
        name="某点位",
        kind=draw(st.sampled_from(KINDS)),
        address="",
        rows=tuple(SourceRow(file=file, row=2) for file in draw(st.sets(st.sampled_from(FILES), min_size=1))),
        permit=draw(st.sampled_from((True, False, None))),
        licence=draw(st.booleans()),
        priority=draw(st.integers(0, 2)),
        competent=draw(st.sampled_from(("教育", "文旅", ""))),
        state=draw(st.sampled_from(("", "正常", "已 注销"))),
        standing=draw(st.sampled_from((Standing.OPERATING, Standing.DEREGISTERED))),
    )
    areas = {} if town is None else {AreaLevel.TOWNSHIP: AreaCode(town), AreaLevel.COMMUNITY: AreaCode(town + "1")}
    return PlacedSite(site=site, fix=FIX, status=draw(st.sampled_from(SiteStatus)), areas=areas)


scopes = st.builds(
    Scope,
    kinds=st.lists(st.sampled_from(KINDS), max_size=2).map(tuple),
    townships=st.lists(st.sampled_from(TOWNS), max_size=2).map(tuple),
    communities=st.lists(st.sampled_from(("A1", "B1", "C1")), max_size=2).map(tuple),
    licences=st.lists(st.sampled_from(LicenceClass), max_size=2).map(tuple),
    competents=st.lists(st.sampled_from(("教育", "")), max_size=2).map(tuple),
    files=st.lists(st.sampled_from(FILES), max_size=1).map(tuple),
    least_priority=st.integers(0, 2),
    exclude_status=st.lists(st.sampled_from(("已注销", "正常", "在营")), max_size=2).map(tuple),
)


@given(st.lists(sites(), max_size=20, unique_by=lambda one: one.site.id), scopes, st.booleans())
def test_the_columns_choose_the_sites_that_the_visits_are_made_of(register, scope, listed):
    if listed and register:
        scope = Scope(**{**_fields(scope), "sites": (register[0].site.id, SiteId("S-none"))})
    test = scope_test(scope)
    assert Facets(register).mask(scope).tolist() == [test(one) for one in register]


@given(st.lists(sites(), max_size=20, unique_by=lambda one: one.site.id), scopes)
def test_a_count_beside_a_filter_is_what_choosing_that_value_alone_would_hold(register, scope):
    facets = Facets(register)
    for value, held in facets.counts(scope)["kinds"].items():
        chosen = facets.mask(Scope(**{**_fields(scope), "kinds": (value,)}))
        assert held.located == int((chosen & facets.located).sum())
        assert held.review == int((chosen & facets.review).sum())


def _fields(scope: Scope) -> dict[str, object]:
    return {name: getattr(scope, name) for name in Scope.__dataclass_fields__}
