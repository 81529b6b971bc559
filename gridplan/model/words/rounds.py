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
    "rounds.extra_sample": (
        "本轮按 [sample] 随机抽查，手工写的抽查 {value} 未安排",
        "the round draws its sample by [sample]; the hand-picked sample {value} is left out",
    ),
    "rounds.taken_unknown_site": ("台账里没有点位 {value}，这一行没有用", "no site {value}; this row was not used"),
    "rounds.capped": (
        "点位 {value} 本年度检查次数已到上限，这次抽查未安排",
        "site {value} was inspected as often as the year allows; this sample is left out",
    ),
    "rounds.capped_routine": (
        "点位 {value}（{name}）本年度检查次数已到上限，本轮不做常规检查",
        "site {value} ({name}) was inspected as often as the year allows and has no routine visit in this round",
    ),
    "rounds.capped_note": (
        "{count} 个点位本年度检查次数已到上限，本轮不做常规检查，不计入应查：{sites}",
        "{count} sites were inspected as often as the year allows; they have no routine visit and are not promised: {sites}",
    ),
    "rounds.merged_note": (
        "综合查一次：{count} 项任务合并为 {made} 项",
        "one visit for all that falls due at a site: {count} visits became {made}",
    ),
    "rounds.sample_note": (
        "抽查：从 {listed} 个点位中随机抽取 {drawn} 个（种子 {seed}，名单指纹 {sha}…）",
        "sample: {drawn} of {listed} sites drawn at random (seed {seed}, fingerprint of the list {sha}…)",
    ),
    "rounds.pin_unknown": (
        "本轮没有任务或点位 {value}，没有固定",
        "the round has no visit and no site {value}; nothing was pinned",
    ),
    "rounds.pin_which": (
        "点位 {value} 有几项任务，请写任务编号；没有固定",
        "site {value} has several visits: name one of them; nothing was pinned",
    ),
    "rounds.pin_team": ("没有检查组 {value}，没有固定", "there is no team {value}; nothing was pinned"),
    "rounds.pin_day": ("{value} 不在本轮日期内，没有固定", "{value} is no day of the round; nothing was pinned"),
    "rounds.pin_shift": ("没有班次 {value}，没有固定", "there is no shift {value}; nothing was pinned"),
    "rounds.pin_twice": (
        "{value} 前面已经固定在别处，这一行没有用",
        "{value} is already pinned elsewhere; this row was not used",
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
    "rounds.no_team_day_reaches": (
        "每组每天至少 {least} 家，但没有一个组日能达到（最多 {most} 家）",
        "no team-day can reach {least}: the best holds {most}",
    ),
    "rounds.few_days": (
        "每天至少 {least} 家时最多排 {days} 天，共 {able} 家，应查 {counted} 家：差 {short} 家",
        "at least {least} a day leaves room for {able} of {counted} (days worked: {days}): {short} short",
    ),
    "rounds.few_team_days": (
        "每组每天至少 {least} 家时最多排 {days} 个组日，共 {able} 家，应查 {counted} 家：差 {short} 家",
        "at least {least} a team-day leaves room for {able} of {counted} (team-days: {days}): {short} short",
    ),
    "rounds.remainder_would_do": (
        '若允许最后一天收尾（tail = "remainder"）即可',
        'a last day that holds what is left (tail = "remainder") would do',
    ),
    "rounds.teams_short": (
        "各检查组每天都达到最低数时，合计最多 {able} 家，应查 {counted} 家：差 {short} 家",
        "teams that keep the minimum reach {able} of {counted} together: {short} short",
    ),
    "rounds.cannot_give_coverage": (
        "{there} 家不够{span}：差 {short} 家",
        "{there} sites cannot give {span}: {short} short",
    ),
    "rounds.cannot_give_all": (
        "{there} 项检查任务不够{span}：差 {short} 项",
        "{there} visits cannot give {span}: {short} short",
    ),
    "rounds.each_of_days": ("在 {days} 天里每天查 {least} 家", "{least} on each of {days} days"),
    "rounds.each_of_days_and_last": (
        "在前 {days} 天每天查 {least} 家、最后一天查 1 家",
        "{least} on each of {days} days and 1 on the last",
    ),
    "rounds.each_of_teams": ("在 {days} 个组日每天查 {least} 家", "{least} on each of {days} team-days"),
    "rounds.each_of_teams_and_last": (
        "在 {days} 个组日每天查 {least} 家、{teams} 个组的最后一天各查 1 家",
        "{least} on each of {days} team-days and 1 on the last day of each of {teams} teams",
    ),
    "rounds.nobody_works": ("{days} 无人出勤", "nobody works on {days}"),
    "rounds.day_too_small": (
        "{day} 最多只能查 {able} 家，不到 {least} 家",
        "{day} can hold {able} at most, fewer than {least}",
    ),
    "rounds.more_days_too_small": ("另有 {count} 天也不够", "{count} more days hold too few"),
    "rounds.and_more": ("{named} 等（另有 {rest} 个）", "{named} and {rest} more"),
    "rounds.in_township": ("{township}：{why}", "{township}: {why}"),
    "rounds.more_townships": ("另有 {count} 个街镇也做不到", "{count} more townships cannot, either"),
    "rounds.no_township": ("街镇以外", "outside all townships"),
    "rounds.waived_in": (
        "{townships} 总数不足 {least} 家，每日最低数免于考核",
        "waived in {townships}: fewer than {least} exist",
    ),
    "rounds.shared_short": (
        "{townships} 共用检查组，各自都行，但不能同时达到每天 {least} 家：差 {short} 家",
        "{townships} share teams that could give {least} a day to each alone, but not to all: {short} short",
    ),
    "rounds.shared_room": (
        "{townships} 共用检查组，各自都查得完，但不能同时查完：差 {short} 家",
        "{townships} share teams that could finish each alone, but not all: {short} short",
    ),
    "rounds.short_where": ("{text}（{where}）", "{text} ({where})"),
    "rounds.short_in": ("{township} {short} 家", "{township} {short}"),
    "rounds.would_fill": ("{what}即可补足", "{what} would fill it"),
    "rounds.together_fill": ("{what}合起来可以补足", "{what} together would fill it"),
    "rounds.would_not_fill": ("加上{what}仍差 {left} 家", "with {what} it is still {left} short"),
    "rounds.the_sites": ("纳入{what}", "the {what}"),
    "rounds.the_visits": ('计入{what}（counts = "all"）', 'the {what} (with counts = "all")'),
    "rounds.counted_sites": ("{what} {count} 家", "{count} {what}"),
    "rounds.counted_visits": ("{what} {count} 项", "{count} {what}"),
    "rounds.many_institution": ("培训机构", "institutions"),
    "rounds.many_childcare": ("托管", "childcare places"),
    "rounds.many_compound": ("小区", "compounds"),
    "rounds.many_office": ("商务楼宇", "office buildings"),
    "rounds.many_community": ("社区(村)", "communities"),
    "rounds.many_sample": ("抽查", "samples"),
    "rounds.many_follow_up": ("回头看", "follow-ups"),
    "rounds.many_lead": ("线索", "leads"),
}
