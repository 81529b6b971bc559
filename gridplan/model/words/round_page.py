"""Words of the pages of rounds: the verdict while sliding, filters, the draft, changes of two planners."""

WORDS = {
    "round_page.bad_copies": ("最多试算 {most} 个增派的组", "at most {most} added teams can be tried"),
    "round_page.unknown_days": (
        "节假日表只够排 {days} 天，再往后还没有公布",
        "the calendar is known for {days} days only; what follows is not announced yet",
    ),
    "round_page.seal_yes": ("可行", "OK"),
    "round_page.seal_tight": ("紧张", "TIGHT"),
    "round_page.seal_no": ("不可行", "NO"),
    "round_page.seal_empty": ("无", "–"),
    "round_page.nothing": ("这个范围里没有可排的点位。", "No site of this scope can be planned."),
    "round_page.nothing_hint": (
        "放宽左边的条件，或先在“待核”里落点。",
        "Widen the filters, or place sites under review.",
    ),
    "round_page.say_yes": (
        "可行：{teams} 个组 {days} 天最多查 {most} 家，本轮 {sites} 家，占用 {use} %。",
        "OK: {teams} teams can visit {most} sites in {days} days; this round has {sites}, {use} % of the time.",
    ),
    "round_page.say_tight": (
        "紧张：{teams} 个组 {days} 天最多查 {most} 家，本轮 {sites} 家，占用 {use} %。",
        "Tight: {teams} teams can visit {most} sites in {days} days; this round has {sites}, {use} % of the time.",
    ),
    "round_page.say_no": (
        "不可行：{teams} 个组 {days} 天最多查 {most} 家，本轮 {sites} 家，差 {short} 家。",
        "No: {teams} teams can visit {most} sites in {days} days; this round has {sites}, {short} too many.",
    ),
    "round_page.say_over": (
        "不可行：{teams} 个组 {days} 天排不下本轮 {sites} 家，要占用 {use} %。",
        "No: {teams} teams in {days} days cannot hold the {sites} sites; they would take {use} % of the time.",
    ),
    "round_page.say_no_rule": ("不可行：{why}。", "No: {why}."),
    "round_page.more_yes": (
        "规则能守住，还有余量。每组每日约 {each} 家，组日不能少于 {needed}，现有 {present}。",
        "The rule can be kept with room to spare. About {each} sites a team-day: {needed} team-days are needed, {present} are there.",
    ),
    "round_page.more_tight": (
        "拟定可能较慢，也可能留下少量未排；未排会逐家写明原因和补救办法。",
        "A draft may take longer and leave a few sites unplanned, each with its reason and remedy.",
    ),
    "round_page.more_no": (
        "按行车估算，需要至少 {needed} 个组日，现在只有 {present}。这是估算，不是证明；拟定之前先补足，或接受一部分未排。",
        "By an estimate of travel {needed} team-days are needed and {present} are there. It is no proof; add some, or accept sites unplanned.",
    ),
    "round_page.more_proven": (
        "这是数出来的证明，不含行车。先改规则、人力或范围，或接受一部分未排。",
        "This is proven by counting, travel left out. Change the rule, the teams or the scope, or accept sites unplanned.",
    ),
    "round_page.working_out": ("正在细算……", "working it out …"),
    "round_page.worked_out": ("已细算", "worked out"),
    "round_page.missing_teams": (
        "缺 {missing} 组：在册只有 {present} 组，多出的是照现有组复制的，只供试算，不能派出。",
        "{missing} teams are missing: {present} are on the list; the others are copies to try with and cannot be sent out.",
    ),
    "round_page.assumed_teams": (
        "还没有组员名单，按 {teams} 个假定的组估算。",
        "There is no list of teams yet; {teams} assumed ones are counted with.",
    ),
    "round_page.gone_teams": (
        "本轮点名的 {teams} 已不在册。",
        "{teams}, named by this round, are no longer on the list.",
    ),
    "round_page.cell_yes": ("可行 {use}", "OK {use}"),
    "round_page.cell_tight": ("紧张 {use}", "tight {use}"),
    "round_page.cell_no": ("不可行", "no"),
    "round_page.cell_short": ("差 {short}", "−{short}"),
    "round_page.then": ("→ {verdict}", "→ {verdict}"),
    "round_page.then_about": ("→ 大约可行", "→ about enough"),
    "round_page.fewer_teams": ("少派 {n} 组", "{n} team fewer"),
    "round_page.fewer_days": ("少 {n} 天", "{n} day fewer"),
    "round_page.add_teams": ("加 {n} 个组", "{n} more teams"),
    "round_page.add_days": ("加 {n} 天（到{last}）", "{n} more days (to {last})"),
    "round_page.add_minutes": ("每日延长 {n} 分钟", "{n} min longer each day"),
    "round_page.loose_tail": ("末日可以只收尾", "let the last day hold the rest"),
    "round_page.only_worked": ("只要求出动日", "ask it of days worked only"),
    "round_page.lower": ("每日最低降到 {least} 家", "lower the minimum to {least}"),
    "round_page.span": ("{first} – {last}，{days} 个{kind}", "{first} – {last}, {days} {kind}"),
    "round_page.and_also": ("{text}；{more}", "{text}; {more}"),
    "round_page.made_up": ("{days}调休上班", "{days} worked"),
    "round_page.off": ("{days}放假", "{days} off"),
    "round_page.chart_days": (
        "每天最多能查 {least} 到 {most} 家，均摊需要 {need} 家",
        "each day has room for {least} to {most} sites; an even share is {need}",
    ),
    "round_page.resource_all": ("全区组日", "team-days in all"),
    "round_page.resource_officers": ("两名持证的检查，组日", "inspections by two certified, team-days"),
    "round_page.resource_departments": ("{detail}到场，组日", "{detail} present, team-days"),
    "round_page.resource_night": ("夜查（{detail}），组日", "at night ({detail}), team-days"),
    "round_page.resource_hours": ("只在 {detail} 开门，组日", "open {detail} only, team-days"),
    "round_page.lacking": ("缺 {amount}", "{amount} short"),
    "round_page.spare": ("余 {amount}", "{amount} spare"),
}
