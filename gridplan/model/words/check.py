"""Words of the checker: the promises by name, each breach, and what differs from a certificate."""

WORDS = {
    # the promises
    "check.coverage_once": ("每项任务恰好安排一次", "every visit once"),
    "check.within_horizon": ("在轮次日期之内", "within the horizon"),
    "check.daily_minimum": ("每日最低数", "daily minimum"),
    "check.opening_hours": ("营业时间", "opening hours"),
    "check.shift_and_lunch": ("班次与午休", "shift and lunch"),
    "check.earliest_and_due": ("最早与截止日期", "earliest and due day"),
    "check.departments_present": ("到场部门", "departments present"),
    "check.two_certified_officers": ("两名持证人员", "two certified officers"),
    "check.pins_kept": ("固定安排", "pins kept"),
    "check.travel_times": ("路程与路网一致", "travel as the engine says"),
    "check.team_available": ("检查组可出勤", "team available"),
    "check.stored_times": ("所写时间与重算一致", "stored times as rebuilt"),
    "check.joint_together": ("联合检查两组同到", "joint visits together"),
    "check.townships_limit": ("每组每天乡镇街道数", "townships of a team-day"),
    "check.night_quota": ("夜查数量", "night quota"),
    "check.yearly_cap": ("年度检查上限", "yearly cap"),
    "check.no_tier_clash": ("两级不同日到访", "no clash of tiers"),
    "check.sample_drawn": ("抽查可复现", "sample drawn as said"),
    # coverage_once
    "check.same_id": ("编号 {where} 用了不止一次", "the id {where} is used more than once"),
    "check.visit_missing": (
        "任务 {where} 不见了：既没有安排，也没有列入未排",
        "visit {where} is gone: neither on a route nor listed as unplanned",
    ),
    "check.visit_doubled": ("任务 {where} 出现了 {times} 次", "visit {where} appears {times} times"),
    "check.visit_unplanned": ("任务 {where} 必须安排，却没有排上", "visit {where} must be made but is unplanned"),
    "check.visit_unknown": ("计划里没有任务 {where}", "the plan knows no visit {where}"),
    "check.other_site": (
        "{where} 写的点位是 {site}，任务的点位是 {right}",
        "{where} names site {site}, but the visit is at {right}",
    ),
    "check.empty_route": ("路线 {where} 没有停靠点", "route {where} has no stops"),
    "check.site_without_visit": (
        "点位 {where}（{name}）已落点，却没有常规检查任务",
        "site {where} ({name}) is located but has no routine visit",
    ),
    "check.site_without_place": (
        "点位 {where}（{name}）没有落点，本轮要求全部落点",
        "site {where} ({name}) has no place, and the round leaves nobody out",
    ),
    # within_horizon
    "check.horizon": (
        "轮次“{where}”的日期不对：应从首日起依次排列，共 {most} 天",
        "the days of round “{where}” are wrong: {most} days in order, from its start",
    ),
    "check.outside_horizon": ("路线 {where} 在 {day}，不在本轮日期内", "route {where} is on {day}, outside the round"),
    "check.day_number": (
        "路线 {where} 写的是第 {day} 天，应为第 {right} 天",
        "route {where} says day {day}; it is day {right}",
    ),
    # daily_minimum
    "check.minimum": (
        "{where} 只有 {count} 家，每日最低 {least} 家：差 {by} 家",
        "{where}: {count} visits, {least} needed: {by} short",
    ),
    # opening_hours
    "check.door_shut": (
        "{where} 在 {start} 开始，晚了 {by} 分钟，关门前查不完",
        "{where} starts at {start}, {by} min too late for its doors",
    ),
    "check.closed_all_day": (
        "{where} 在 {day} 全天没有足够的营业时间",
        "{where}: no window on {day} is long enough for the visit",
    ),
    # shift_and_lunch
    "check.late_back": (
        "路线 {where} 在 {back} 返回，比下班晚 {by} 分钟",
        "route {where} is back at {back}, {by} min after the shift",
    ),
    "check.late_lunch": (
        "路线 {where} 的午休 {start} 才开始，晚了 {by} 分钟",
        "route {where} has lunch at {start}, {by} min too late",
    ),
    "check.no_lunch": ("路线 {where} 缺少 {by} 分钟的午休", "route {where} lacks its lunch of {by} min"),
    "check.lunch_not_due": ("路线 {where} 不需要午休，却写了午休", "route {where} needs no lunch but has one"),
    # earliest_and_due
    "check.too_early": (
        "{where} 排在 {day}，比最早日期 {limit} 早 {by} 天",
        "{where} is on {day}, {by} days before its earliest day {limit}",
    ),
    "check.too_late": (
        "{where} 排在 {day}，比截止日期 {limit} 晚 {by} 天",
        "{where} is on {day}, {by} days after its due day {limit}",
    ),
    # departments, officers, pins
    "check.departments": (
        "{where}：{team} 没有这些部门的人：{missing}",
        "{where}: nobody of {missing} is in {team}",
    ),
    "check.officers": (
        "{where} 是检查，{day} 只有 {there} 名持证人员，差 {by} 名",
        "{where} is an inspection; {there} certified officers on {day}: {by} short",
    ),
    "check.pin_unplanned": ("任务 {where} 是固定安排，却没有排上", "visit {where} is pinned but unplanned"),
    "check.pin_moved": ("{where} 是固定安排，被挪动了", "{where} is pinned and was moved"),
    # travel_times
    "check.engine": (
        "计划按“{where}”算路程，核对用的是“{name}”",
        "the plan's travel is by “{where}”, it was checked with “{name}”",
    ),
    "check.unreachable": ("{where} 无路可到", "there is no way to {where}"),
    "check.leg_time": (
        "到 {where} 写的是 {said} 秒，应为 {true} 秒",
        "the leg to {where} says {said} s; it takes {true} s",
    ),
    "check.leg_length": (
        "到 {where} 写的是 {said} 米，应为 {true} 米",
        "the leg to {where} says {said} m; it is {true} m",
    ),
    "check.travel_sum": ("路线 {where} 的路程合计与各段不符", "route {where}: its travel is not the sum of its legs"),
    # team_available
    "check.team_unknown": ("路线 {where} 的检查组 {team} 不存在", "route {where}: there is no team {team}"),
    "check.team_off": ("路线 {where}：{team} 在 {day} 不出勤", "route {where}: {team} is off on {day}"),
    "check.shift_unknown": ("路线 {where}：{team} 没有班次 {shift}", "route {where}: {team} has no shift {shift}"),
    "check.team_twice": (
        "路线 {where} 与 {other} 是同一检查组同一时间",
        "routes {where} and {other} need one team at the same time",
    ),
    "check.shift_off": (
        "路线 {where}：{team} 的班次 {shift} 在 {day} 不上班",
        "route {where}: {team} does not work its shift {shift} on {day}",
    ),
    # joint_together
    "check.joint_alone": (
        "{where} 需要两个检查组，只有 {team}：差 {by} 组",
        "{where} takes two teams; only {team} is there: {by} short",
    ),
    "check.joint_same_team": (
        "联合检查 {where} 两次都是 {team}，需要两个不同的检查组",
        "joint visit {where} has {team} twice; it takes two different teams",
    ),
    "check.joint_apart": (
        "联合检查 {where} 的两组相隔 {by} 天",
        "the teams of joint visit {where} come {by} days apart",
    ),
    "check.joint_unmet": ("联合检查 {where} 没有约定时间", "joint visit {where} has no appointment"),
    "check.joint_idle": (
        "{where} 有约定时间，却不是两组同到的联合检查",
        "{where} has an appointment, but no two teams meet there",
    ),
    "check.joint_late": (
        "{where} 在 {start} 开始，约定 {meeting} 起 5 分钟内：差 {by} 分钟",
        "{where} starts at {start}, not within 5 min after its appointment at {meeting}: {by} min off",
    ),
    # townships, nights, cap, tiers
    "check.townships": (
        "{where} 走了 {count} 个乡镇街道，最多 {most} 个：多 {by} 个",
        "{where}: {count} townships, {most} at most: {by} too many",
    ),
    "check.nights": (
        "轮次“{where}”夜查 {count} 家，至少 {least} 家：差 {by} 家",
        "round “{where}”: {count} night visits, {least} needed: {by} short",
    ),
    "check.cap": (
        "点位 {where}（{name}）{year} 年已检查 {past} 次，上限 {cap} 次：本计划多排 {by} 次",
        "site {where} ({name}): inspected {past} times in {year}, {cap} at most: this plan has {by} too many",
    ),
    "check.tiers": (
        "{where} 排在 {day}，当天另一级已在该点位",
        "{where} is on {day}, when another tier is at the site",
    ),
    # sample_drawn
    "check.sample_list": (
        "第 {where} 份抽查名单的指纹是 {said}，应为 {true}",
        "sample {where}: the fingerprint of its list says {said}; it is {true}",
    ),
    "check.sample_other": (
        "第 {where} 份抽查按种子 {seed} 重抽，有 {by} 个点位不符",
        "sample {where}: drawn again from seed {seed}, {by} sites differ",
    ),
    "check.sample_stranger": (
        "第 {where} 份抽查名单中有 {by} 个点位不在计划内或没有落点，例如 {site}",
        "sample {where}: {by} sites of its list are not located in the plan, {site} for one",
    ),
    "check.sample_unvisited": ("点位 {where} 被抽中，却没有抽查任务", "site {where} was drawn but has no sample visit"),
    "check.sample_undrawn": (
        "点位 {where} 没有被抽中，却有抽查任务",
        "site {where} was not drawn but has a sample visit",
    ),
    # stored_times
    "check.time": (
        "{where} 的{what}写的是 {said}，应为 {true}",
        "{where}: {what} says {said}; it is {true}",
    ),
    "check.number": ("{where} 的 {what} 写的是 {said}，应为 {true}", "{where}: {what} says {said}; it is {true}"),
    "check.depart": ("出发时间", "departure"),
    "check.back": ("返回时间", "return"),
    "check.lunch": ("午休开始", "start of lunch"),
    "check.lunch_end": ("午休结束", "end of lunch"),
    "check.arrive": ("到达时间", "arrival"),
    "check.start": ("开始时间", "start"),
    "check.leave": ("离开时间", "departure from the site"),
    # certificate
    "check.without_place": (
        "{total} 个点位中的 {located} 个已纳入；{waiting} 个没有落点，未纳入",
        "for {located} of {total}; {waiting} without place",
    ),
    "check.differs": ("{what}：写的是 {said}，重算为 {true}", "{what}: says {said}, recomputed {true}"),
    "check.of": ("{part}的{what}", "{what} in the {part}"),
    "check.in_plan": ("计划所列的违反次数（{what}）", "breaches listed in the plan ({what})"),
    "check.plan_file": ("计划文件的指纹", "fingerprint of the plan file"),
    "check.certificate": ("证书", "certificate"),
    "check.plan": ("计划", "plan"),
    "check.rule": ("规则", "rule"),
    "check.seed": ("随机种子", "seed"),
    "check.verdict": ("结论", "verdict"),
    "check.bound": ("下界", "bound"),
    "check.bound_text": ("下界的理由", "reason of the bound"),
    "check.bound_team_days": ("最少组·天数", "least team-days"),
    "check.wishes": ("偏好权重", "wishes"),
    "check.limits": ("限额", "limits"),
    "check.samples": ("抽查", "samples"),
    "check.notes": ("说明", "notes"),
    "check.gap": ("差距", "gap"),
}
