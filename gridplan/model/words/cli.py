"""Words of the command line."""

WORDS = {
    "cli.sites": (
        "名单 {rows} 行 = 留用 {kept} + 合并 {merged} + 退回 {rejected}；落点 {located}，待核 {review}，疑问 {complaints} 条",
        "{rows} rows = {kept} kept + {merged} merged + {rejected} rejected; {located} located, {review} to review, {complaints} complaints",
    ),
    "cli.plan": (
        "结论：{verdict}。任务 {visits} = 已排 {planned} + 未排 {unplanned}；{days} 天，{teams} 组，{team_days} 组日；行车 {travel_min} 分，费用 {cost}，下界 {bound}，差距 {gap:.1%}，违反 {violations} 条",
        "verdict: {verdict}. {visits} visits = {planned} planned + {unplanned} unplanned; {days} days, {teams} teams, {team_days} team-days; travel {travel_min} min, cost {cost}, bound {bound}, gap {gap:.1%}, {violations} violations",
    ),
    "cli.system": (
        "不能读写“{path}”：{problem}；没有完成，请检查路径、权限和剩余空间",
        "cannot read or write “{path}”: {problem}; the work was not finished; check the path, the rights and the free space",
    ),
    "cli.written": ("已写入 {out}", "written to {out}"),
    "cli.stopping": (
        "正在停止，写出目前最好的计划；再按一次 Ctrl-C 立即中断",
        "stopping; the best plan so far will be written; press Ctrl-C again to break off",
    ),
    "cli.stopped": ("已停止，还没有计划可以保留", "stopped; there was no plan yet to keep"),
    "cli.bound": (
        "计划 {cost} 分钟，任何计划不低于 {bound} 分钟：差距 {gap}；组日 {team_days}，至少 {least_team_days}",
        "the plan costs {cost} minutes, no plan less than {bound}: gap {gap}; {team_days} team-days, at least {least_team_days}",
    ),
    "cli.bad_unit": (
        "“{value}”里有 systemd 会误读的字符，请换用只含字母、数字和 / . _ - 的路径和用户名",
        "“{value}” holds what systemd would misread; use a path and a user of letters, digits and / . _ - only",
    ),
}
