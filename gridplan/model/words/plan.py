"""Words of planning: the rule as a sentence and what counting says."""

WORDS = {
    "plan.rule": (
        "每{unit}每个{days}不少于 {least} 家，{most} 个{kind}内完成一轮；只计{counts}，{tail}",
        "each {unit}, on each {days}, at least {least}; one round within {most} {kind}; counted: {counts}; {tail}",
    ),
    "plan.unit_district": ("区", "district"),
    "plan.unit_township": ("街镇", "township"),
    "plan.unit_team": ("组", "team"),
    "plan.days_active": ("出动日", "active day"),
    "plan.days_every": ("工作日", "day of the round"),
    "plan.kind_working": ("工作日", "working days"),
    "plan.kind_calendar": ("日历日", "calendar days"),
    "plan.counts_coverage": ("首次检查", "first visits"),
    "plan.counts_all": ("全部检查", "all visits"),
    "plan.tail_strict": ("末日也不得少于", "the last day too"),
    "plan.tail_remainder": ("末日可少", "the last day may hold the remainder"),
    "plan.can_keep": (
        "规则能守住：{visits} 家，{days} 天最多可查 {able} 家。",
        "the rule can be kept: {visits} sites, at most {able} possible in {days} days.",
    ),
}
