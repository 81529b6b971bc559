"""Words of the bound."""

WORDS = {
    "bound.nothing": ("没有排出任务，下界为零", "nothing is planned; the bound is zero"),
    "bound.reason": (
        "至少 {team_days} 个检查组日：检查和到场准备共 {stay} 分钟，路上至少 {travel} 分钟，一个检查组日最多 {longest} 分钟",
        "at least {team_days} team-days: {stay} min of visits and set-ups, at least {travel} min of travel, "
        "and no team-day holds more than {longest} min",
    ),
}
