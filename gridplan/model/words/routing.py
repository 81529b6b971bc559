"""Words of the solver: what it refuses, why a visit is left out, proofs, remedies and assumptions."""

WORDS: dict[str, tuple[str, str]] = {
    "routing.best_cost": ("目前最好 {cost} 分钟", "best so far: {cost} minutes"),
    "routing.stopped": (
        "拟定被提前停止：这是停止时最好的计划",
        "the draft was stopped early: this is the best plan found until then",
    ),
    "routing.band": (
        "均衡：每组日的在岗时间以 {low}–{high} 分钟为准",
        "evenness: each team-day's time at work is weighed against {low}–{high} minutes",
    ),
    "routing.joint": (
        "{visits} 次联合检查没有一个检查组能单独完成，已约定两组同时到场",
        "{visits} joint visits that no team can make alone have appointments of two teams",
    ),
    "routing.overlapping_shifts": (
        "检查组“{team}”的班次“{one}”与“{two}”时间重叠，请改成先后相接",
        "the shifts “{one}” and “{two}” of team “{team}” overlap; make one end before the other begins",
    ),
    # Why a visit is left out, in one sentence each, and what helps.
    "routing.why_no_team": ("没有一个检查组在本轮出勤", "no team works in this round"),
    "routing.help_no_team": ("增加检查组或出勤日", "add a team or working days"),
    "routing.why_pin_impossible": (
        "指定的检查组、日期或班次在本轮不存在",
        "the pinned team, day or shift does not exist in this round",
    ),
    "routing.help_pin_impossible": ("改掉指定的检查组、日期或班次", "change the pinned team, day or shift"),
    "routing.why_outside_dates": (
        "最早 {earliest}、截止 {due}，其间没有可出勤的日子",
        "no team works between its earliest day {earliest} and its due day {due}",
    ),
    "routing.help_outside_dates": (
        "改最早日或截止日，或延长轮次",
        "change the earliest or due day, or lengthen the round",
    ),
    "routing.why_no_department": (
        "没有一个检查组同时含到场部门：{departments}",
        "no team has all the departments that must be present: {departments}",
    ),
    "routing.help_no_department": (
        "给一个检查组补上部门：{departments}",
        "add to one team the departments: {departments}",
    ),
    "routing.why_no_officers": (
        "检查须两名持证人员，没有一个检查组当日有两名",
        "an inspection needs two certified officers, and no team that could go has two",
    ),
    "routing.help_no_officers": ("给一个检查组配足两名持证人员", "give one team two certified officers"),
    "routing.why_closed_all_days": (
        "营业时间（{opening}）与所有可用班次都不重合",
        "its opening hours ({opening}) meet no shift that could take it",
    ),
    "routing.help_closed_all_days": (
        "增加晚间或周末班次，或核实营业时间",
        "add an evening or weekend shift, or check the opening hours",
    ),
    "routing.why_unreachable": ("从任何检查组的集合地点都走不到", "it cannot be reached from any team's base"),
    "routing.help_unreachable": ("核实落点，或换一种出行方式", "check its place, or use another way of travel"),
    "routing.why_no_time": (
        "单独去也来不及：检查 {minutes} 分钟加往返，超出班次或营业时间",
        "even alone it does not fit: {minutes} minutes and the way there and back exceed the shift or its opening hours",
    ),
    "routing.help_no_time": ("延长班次，或缩短检查时长", "lengthen the shift, or shorten the visit"),
    "routing.why_no_room": (
        "能去的检查组在可用日子里都排满了",
        "the teams that could go have no time left on the days that suit it",
    ),
    "routing.help_no_room": ("增加检查组、班次或天数", "add a team, a shift or days"),
    "routing.proof_minutes": (
        "{visits} 家至少要 {needed} 分钟（不计路程），能去的班次一共只有 {there} 分钟：差 {short} 分钟",
        "{visits} visits take at least {needed} minutes without any travel; the shifts that could take them have {there}: "
        "{short} minutes short",
    ),
    "routing.remedy_teams": ("增加 {size} 个检查组", "add {size} team(s)"),
    "routing.remedy_minutes_per_day": ("每天多工作 {size} 分钟", "work {size} minutes longer each day"),
    "routing.remedy_days": ("把轮次从 {days} 天改为 {to} 天", "change the round from {days} days to {to}"),
    "routing.remedy_per_day": ("把每日最低数降到 {least}", "lower the daily minimum to {least}"),
    "routing.remedy_tail": (
        "允许最后一天只做剩余的（tail = remainder）",
        "let the last day hold the remainder (tail = remainder)",
    ),
    "routing.remedy_filter": (
        "把排不上的 {size} 个点位移出本轮，另行处理",
        "take the {size} site(s) that fit nowhere out of the round and deal with them apart",
    ),
    "routing.assumed_team": ("假定{number}组", "assumed team {number}"),
    "routing.assumed_member": ("待定{number}", "to be named {number}"),
    # The diagnosis: what is known before a search.
    "routing.outlook_possible": (
        "看来排得下：最紧的部分约用到 {use}%",
        "it looks possible: the fullest part of the time is used to about {use} %",
    ),
    "routing.outlook_tight": (
        "很紧：最紧的部分要用到约 {use}%，超过 {full}% 时任何算法都很难排全",
        "tight: the fullest part of the time must be used to about {use} %; above {full} % every engine fails",
    ),
    "routing.outlook_unlikely": (
        "按路程估计很可能排不下：最紧的部分要用到约 {use}%（估计，不是证明）",
        "very likely impossible: with travel the fullest part of the time would be used to about {use} % (an estimate, no proof)",
    ),
    "routing.outlook_impossible": ("可以证明排不下：{why}", "impossible, with proof: {why}"),
    "routing.proof_of": ("{who}：{proof}", "{who}: {proof}"),
    "routing.proof_night": (
        "夜查至少要 {least} 家，能在夜班检查的只有 {able} 家",
        "{least} night checks are asked for, and only {able} visits can be made in a night shift",
    ),
    "routing.nobody_works": ("{days} 没有检查组出勤", "{days}: nobody works"),
    # Causes: visits that fit nowhere.
    "routing.alone_no_team": (
        "{count} 个点位排不上：没有检查组出勤（{names}）",
        "{count} visit(s) fit nowhere: no team works ({names})",
    ),
    "routing.alone_pin_impossible": (
        "{count} 个点位指定的检查组、日期或班次不存在（{names}）",
        "{count} visit(s) are pinned to a team, day or shift that does not exist ({names})",
    ),
    "routing.alone_outside_dates": (
        "{count} 个点位只能在{detail}检查，其间没有检查组出勤（{names}）",
        "{count} visit(s) may be made only {detail}, and no team works then ({names})",
    ),
    "routing.alone_no_department": (
        "{count} 次检查要有{detail}到场：没有一个检查组有，两组合起来也没有（{names}）",
        "{count} visit(s) need {detail}: no team has them, nor any two teams together ({names})",
    ),
    "routing.alone_no_officers": (
        "{count} 次检查须两名持证人员：能去的检查组都没有（{names}）",
        "{count} inspection(s) need two certified officers: no team that could go has them ({names})",
    ),
    "routing.alone_closed_all_days": (
        "{count} 个点位只在{detail}开门，那时没有检查组出勤（{names}）",
        "doors of {count} site(s) open only {detail}, and no team works then ({names})",
    ),
    "routing.alone_unreachable": (
        "{count} 个点位从任何集合地点都走不到（{names}）",
        "{count} site(s) cannot be reached from any base ({names})",
    ),
    "routing.alone_no_time": (
        "{count} 个点位单独去也来不及（{names}）",
        "{count} visit(s) do not fit even alone ({names})",
    ),
    # Causes: visits that compete for too little time.
    "routing.cause_short": ("{who}；约差 {hours} 小时", "{who}; about {hours} hours are missing"),
    "routing.cause_all": ("全部 {count} 家合起来", "all {count} visits together"),
    "routing.cause_together": (
        "其中 {count} 家合起来，{days} 天内",
        "{count} of the visits together, within {days} day(s)",
    ),
    "routing.cause_no_room": (
        "{count} 家只有{teams}能去，共出勤 {days} 天",
        "{count} visit(s) can be made by {teams} only, on {days} day(s)",
    ),
    "routing.cause_pin_impossible": (
        "{count} 家指定给了{teams}，共 {days} 天",
        "{count} visit(s) are pinned to {teams}, on {days} day(s)",
    ),
    "routing.cause_outside_dates": (
        "{count} 家只能在{detail}检查，其间{teams}共出勤 {days} 天",
        "{count} visit(s) may be made only {detail}: {teams}, on {days} day(s)",
    ),
    "routing.cause_no_department": (
        "{count} 次检查要有{detail}到场：只有{teams}有，共出勤 {days} 天",
        "{count} visit(s) need {detail}: only {teams} can bring them, on {days} day(s)",
    ),
    "routing.cause_no_officers": (
        "{count} 次检查须两名持证人员：只有{teams}有，共出勤 {days} 天",
        "{count} inspection(s) need two certified officers: only {teams} can bring them, on {days} day(s)",
    ),
    "routing.cause_closed_all_days": (
        "{count} 个点位只在{detail}开门：那时只有{teams}出勤，共 {days} 天",
        "doors of {count} site(s) open only {detail}: {teams} alone works then, on {days} day(s)",
    ),
    "routing.cause_unreachable": (
        "{count} 个点位只有{teams}走得到，共出勤 {days} 天",
        "{count} site(s) can be reached by {teams} only, on {days} day(s)",
    ),
    "routing.cause_no_time": (
        "{count} 家只有{teams}来得及去，共出勤 {days} 天",
        "{count} visit(s) are near enough for {teams} only, on {days} day(s)",
    ),
    "routing.between": (" {first} 至 {last} ", "from {first} to {last}"),
    "routing.doors_evening": ("晚间", "in the evening"),
    "routing.doors_weekend": ("周末", "at weekends"),
    "routing.doors_short": ("较短的时段", "at a few hours"),
    "routing.and_others": ("{names} 等 {count} 个", "{names} and others, {count} in all"),
    "routing.all_teams": ("全部 {count} 个检查组", "all {count} teams"),
    # Changes, to whom and when.
    "routing.remedy_teams_like": ("增加 {size} 个检查组（{like}）", "add {size} team(s) ({like})"),
    "routing.like_team": (
        "同{team}：部门 {departments}，从{base}出发",
        "like {team}: departments {departments}, from {base}",
    ),
    "routing.like_teams": ("分别同{teams}", "like {teams}"),
    "routing.remedy_department_to": (
        "给{teams}补上部门 {departments}（{size} 人；涉及 {visits} 家）",
        "add {departments} to {teams} ({size} more member(s); {visits} visit(s) wait for it)",
    ),
    "routing.remedy_officers_to": (
        "给{teams}增加 {size} 名持证人员（涉及 {visits} 家）",
        "add {size} certified officer(s) to {teams} ({visits} visit(s) wait for them)",
    ),
    "routing.remedy_evenings": (
        "给{teams}增加 {size} 个晚间班次（{days} 18:00–20:30；涉及 {visits} 家）",
        "add {size} evening shift(s) to {teams} ({days}, 18:00–20:30; {visits} visit(s) wait for it)",
    ),
    "routing.remedy_dates": (
        "在 {days} 也出勤（涉及 {visits} 家）",
        "work on {days}, too ({visits} visit(s) wait for it)",
    ),
    "routing.remedy_part": ("{text}；另有 {rest} 家要另想办法", "{text}; {rest} other visit(s) need something else"),
    "routing.weekday_0": ("周一", "Mon"),
    "routing.weekday_1": ("周二", "Tue"),
    "routing.weekday_2": ("周三", "Wed"),
    "routing.weekday_3": ("周四", "Thu"),
    "routing.weekday_4": ("周五", "Fri"),
    "routing.weekday_5": ("周六", "Sat"),
    "routing.weekday_6": ("周日", "Sun"),
}
