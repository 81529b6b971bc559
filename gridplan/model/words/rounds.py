"""Words of the rounds: the calendar, the visits asked for and what counting alone says about the rule."""

WORDS = {
    "rounds.both_listed": (
        "round.toml 的 [calendar] 把 {day} 同时写进了 workdays 和 holidays，请只留一处",
        "round.toml [calendar] lists {day} both in workdays and in holidays; keep one",
    ),
    "rounds.unknown_year": (
        "内置节假日表还没有 {year} 年：请在 round.toml 的 [calendar] 里写上该年的 workdays 或 holidays",
        "the built-in calendar does not know {year}: list that year's workdays or holidays in round.toml [calendar]",
    ),
    "rounds.calendar_holiday": (
        'day_kind = "calendar" 按自然日连续计算，不能在其中跳过 {day}：请改用 working，或在 teams.toml 里写检查组的 off',
        'day_kind = "calendar" counts every day and cannot skip {day}: use working, or the teams\' off in teams.toml',
    ),
    "rounds.start_off": (
        "round.toml 的 start = {day} 不是工作日，不会自动顺延：请改首日，或把它写进 [calendar] workdays",
        "round.toml start = {day} is no working day and is never moved: change it, or list it in [calendar] workdays",
    ),
    "rounds.no_kind": (
        "round.toml 没有 [kinds.{kind}]，点位“{site}”的检查时长和方式无从得知",
        "round.toml has no [kinds.{kind}]: nothing says how a visit to “{site}” is made",
    ),
    "rounds.unit_township": (
        'rule.unit = "township"（按乡镇街道考核每日最低数）暂不支持，请用 district 或 team',
        'rule.unit = "township" (a daily minimum for each township) is not supported yet; use district or team',
    ),
    "rounds.empty_township": (
        "[scope] townships 里的 {value} 没有任何点位",
        "no site lies in township {value} of [scope] townships",
    ),
    "rounds.extra_routine": (
        "点位 {value} 的常规检查已自动安排，不必再写",
        "the routine visit to {value} is made anyway; this row adds nothing",
    ),
    "rounds.extra_unknown_site": ("台账里没有点位 {value}，这条任务未安排", "no site {value}; this visit is left out"),
    "rounds.extra_out_of_scope": (
        "点位 {value} 不在本轮范围内，这条任务未安排",
        "site {value} is outside this round's scope; this visit is left out",
    ),
    "rounds.extra_unlocated": (
        "点位 {value} 还没有落点，这条任务未安排",
        "site {value} has no place yet; this visit is left out",
    ),
    "rounds.waived": (
        "总数不足 {least} 家，每日最低数免于考核",
        "waived: fewer than {least} exist",
    ),
    "rounds.over_capacity": (
        "应查 {counted} 家，各检查组最多能查 {able} 家：差 {short} 家",
        "{counted} to visit, the teams can make {able} at most: {short} short",
    ),
    "rounds.no_day_reaches": (
        "每天至少 {least} 家，但没有一天能达到（最多一天 {most} 家）",
        "no day can reach {least}: the best holds {most}",
    ),
    "rounds.active_short": (
        "每天至少 {least} 家时最多排 {days} 天，共 {able} 家，应查 {counted} 家：差 {short} 家",
        "with at least {least} a day, at most {days} days can be used and hold {able} of {counted}: {short} short",
    ),
    "rounds.teams_short": (
        "各检查组每天都达到最低数时，合计最多 {able} 家，应查 {counted} 家：差 {short} 家",
        "teams that keep the minimum reach {able} of {counted} together: {short} short",
    ),
    "rounds.needed": (
        "需要 {needed} 家，只有 {there} 家：差 {short} 家",
        "{needed} needed, {there} there: {short} short",
    ),
    "rounds.nobody_works": ("{days} 无人出勤", "nobody works on {days}"),
    "rounds.day_too_small": (
        "{day} 最多只能查 {able} 家，不到 {least} 家",
        "{day} can hold {able} at most, fewer than {least}",
    ),
}
