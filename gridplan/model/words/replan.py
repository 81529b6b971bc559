"""Words of replanning, of where a visit fits, and of why a plan is as it is."""

WORDS = {
    # What stands against a visit, counted over teams, days or team-days.
    "replan.against_pin": (
        "{count} 个组日不是指定的检查组、日期或班次",
        "{count} team-days are not where it is pinned",
    ),
    "replan.against_dates": (
        "{count} 天在期限之外（{earliest} 至 {due}）：{days}",
        "{count} days lie outside {earliest} to {due}: {days}",
    ),
    "replan.against_taken": (
        "{count} 天已有别的层级到该点位：{days}",
        "on {count} days another tier is at the site: {days}",
    ),
    "replan.against_departments": (
        "{count} 个组缺 {departments}：{teams}",
        "{count} teams lack {departments}: {teams}",
    ),
    "replan.against_officers": (
        "{count} 个组没有两名持证人员：{teams}",
        "{count} teams have no two certified officers: {teams}",
    ),
    "replan.against_doors": (
        "{count} 天在班时关门（{opening}）：{days}",
        "on {count} days its doors are shut during the shift ({opening}): {days}",
    ),
    "replan.against_unreachable": (
        "{count} 个组日走不到：{teams}",
        "on {count} team-days it cannot be reached: {teams}",
    ),
    "replan.against_alone": (
        "{count} 个组日单独去也来不及（检查 {minutes} 分钟加往返）",
        "on {count} team-days it does not fit even alone ({minutes} minutes and the way there and back)",
    ),
    "replan.against_closed": (
        "{count} 个组日已出发或已停用，不再加点",
        "{count} team-days are under way or lost and take nothing in",
    ),
    "replan.against_late": (
        "{count} 个组日的路线本身已超时",
        "on {count} team-days the route is late as it is",
    ),
    "replan.against_townships": (
        "{count} 个组日已到街镇数上限",
        "on {count} team-days the limit of townships is reached",
    ),
    "replan.against_minimum": (
        "{count} 个组日一开工就达不到每日最低数",
        "{count} team-days would be opened below the daily minimum",
    ),
    "replan.against_between": (
        "{count} 个组日开门的时段插不进已排的点位之间",
        "on {count} team-days its open hours do not fit between the other stops",
    ),
    "replan.against_full": (
        "{count} 个组日没有时间了（最少还差 {short} 分钟：{nearest}）",
        "on {count} team-days no time is left (missing at least {short} minutes: {nearest})",
    ),
    "replan.no_slots": ("没有一个检查组出勤", "no team works"),
    "replan.takes_two": (
        "没有一个组能单独做，须两组会合：请用重排",
        "no team can make it alone; two must meet: replan instead",
    ),
    "replan.fits": (
        "有 {count} 个组日其实排得下：重排即可",
        "it would fit on {count} team-days as the plan stands: replan",
    ),
    # Where a visit would fit.
    "replan.offer": (
        "{team} {day} {shift}，第 {position} 站，{start}–{leave}，多行车 {extra} 分，合计多用 {cost} 分",
        "{team} {day} {shift}, stop {position}, {start}–{leave}, {extra} min more travel, price {cost} min",
    ),
    "replan.offer_opens": (
        "{team} {day} {shift}（该日尚未出勤），第 {position} 站，{start}–{leave}，多行车 {extra} 分，合计多用 {cost} 分",
        "{team} {day} {shift} (not out that day yet), stop {position}, {start}–{leave}, {extra} min more travel, price {cost} min",
    ),
    # Why.
    "replan.why_here": (
        "{name} 由 {team} 在 {day} 检查：在此代价 {cost} 分，占该组当日 {all} 分钟中的 {minutes} 分。{next}",
        "{name} lies with {team} on {day}: it costs {cost} min there and takes {minutes} of the team's {all} minutes that day. {next}",
    ),
    "replan.why_next": ("次好：{place}，比这里 {more} 分", "The next best: {place}; {more} min against here"),
    "replan.why_no_next": (
        "不动别的点位，没有别处可去",
        "Without moving others there is no other place for it",
    ),
    "replan.other_fits": ("{team}：最好在 {day}，{more} 分", "{team}: best on {day}, {more} min"),
    "replan.other_cannot": ("{team}：不行，{why}", "{team}: cannot, {why}"),
    "replan.never_works": ("本轮不出勤", "it does not work in this round"),
    "replan.why_not": ("{name} 未排：{why}", "{name} is not planned: {why}"),
    # Bad calls.
    "replan.no_visit": (
        "计划里没有任务或点位“{visit}”，编号见 plan.json",
        "the plan has no visit or site “{visit}”; plan.json has the ids",
    ),
    "replan.no_team": ("计划里没有检查组“{team}”", "the plan has no team “{team}”"),
    "replan.no_shift": ("“{team}”没有班次“{shift}”", "“{team}” has no shift “{shift}”"),
    "replan.no_position": (
        "没有第 {position} 站：可选 1–{last}",
        "there is no stop {position}: 1 to {last} can be chosen",
    ),
    "replan.move_joint": (
        "任务“{visit}”须两组会合，不能单独移动：请用重排",
        "two teams meet at the visit “{visit}”: it cannot be moved by itself; replan instead",
    ),
    "replan.joint_here": (
        "任务“{visit}”由两组会合完成，时间由会合决定",
        "two teams meet at the visit “{visit}”; the appointment decides its place",
    ),
    "replan.not_planned": (
        "任务“{visit}”不在任何路线里",
        "the visit “{visit}” is in no route",
    ),
    "replan.is_planned": ("任务“{visit}”已排在路线里", "the visit “{visit}” is planned"),
    "replan.not_lawful": (
        "任务“{visit}”所在的检查组当日没有该班次",
        "the visit “{visit}” lies in a shift that its team does not work that day",
    ),
    # The changes between two plans.
    "replan.at": ("{team} {day} {shift}", "{team} {day} {shift}"),
    "replan.and": ("{one} 与 {two}", "{one} and {two}"),
    "replan.moved": ("移动：{name}，{was} → {now}", "moved: {name}, {was} → {now}"),
    "replan.added": ("新增：{name}，排在 {now}", "added: {name}, at {now}"),
    "replan.added_unplanned": ("新增但未排：{name}（{why}）", "added but not planned: {name} ({why})"),
    "replan.planned": ("补排：{name}，排在 {now}", "now planned: {name}, at {now}"),
    "replan.unplanned": ("撤下未排：{name}，原在 {was}（{why}）", "no longer planned: {name}, was at {was} ({why})"),
    "replan.dropped": ("删去：{name}，原在 {was}", "dropped: {name}, was at {was}"),
    "replan.dropped_unplanned": ("删去：{name}，原未排", "dropped: {name}, was not planned"),
    "replan.total": (
        "移动 {moved}，新增 {added}，补排 {planned}，撤下 {unplanned}，删去 {dropped}；{same} 个点位的检查组、日期、班次不变，其中 {retimed} 个时间变动",
        "{moved} moved, {added} added, {planned} now planned, {unplanned} no longer planned, {dropped} dropped; {same} stops keep team, day and shift, {retimed} of them at another time",
    ),
    "replan.by_team": ("{team}：多 {more}，少 {less}", "{team}: {more} more, {less} fewer"),
    "replan.by_day": ("{day}：多 {more}，少 {less}", "{day}: {more} more, {less} fewer"),
    # Replanning.
    "replan.from": (
        "自 {day} 起重排；此前 {done} 个任务已查，留在原处；{back} 个退回重排",
        "replanned from {day} on; {done} visits were done and stay where they were; {back} came back",
    ),
    "replan.spare": (
        "给拒绝、关门留余量：出动的日子比每日最低 {least} 家多排 {spare} 家，能留的话最后一天压底同样多",
        "room for refusals and shut doors: {spare} more than the minimum of {least} on each day worked, and as many kept for the last day",
    ),
    "replan.dial_none": ("改动幅度：别的都不动", "how much may change: nothing else"),
    "replan.dial_some": (
        "改动幅度：每移动一个点位按 {minutes} 分钟计",
        "how much may change: each stop moved costs {minutes} minutes",
    ),
    "replan.dial_best": ("改动幅度：不限，只求最好", "how much may change: anything, for the best plan"),
    "replan.past_short": (
        "{day} 之前有 {count} 条未守住，已不能补救；此后违反 {ahead} 条",
        "{count} breaches lie before {day} and cannot be mended any more; from then on there are {ahead}",
    ),
    "replan.done_unplanned": ("未排却已查", "it was done though it lay in no route"),
    "replan.done_help": ("无须再排", "nothing is to be done"),
    "replan.wait_pair": ("两组会合的时间定不下来", "no time was found at which its two teams can meet"),
    "replan.wait_pair_help": ("加大改动幅度，或增加检查组", "let more be changed, or add a team"),
    "replan.outside": (
        "重排日 {day} 不在本轮 {first} 至 {last} 之内",
        "the day {day} lies outside the round, {first} to {last}",
    ),
    "replan.team_known": ("检查组“{team}”已在计划里", "the team “{team}” is in the plan already"),
    "replan.visit_known": ("任务“{visit}”已在计划里", "the visit “{visit}” is in the plan already"),
    "replan.bad_dial": ("改动幅度须在 0 到 1 之间，不是 {dial}", "the dial lies between 0 and 1, not {dial}"),
    # The choices of an office where not everything fits.
    "replan.choice_nobody": ("谁也不动", "nobody moves"),
    "replan.choice_little": ("每移动一个点位按 5 分钟计", "5 minutes a move"),
    "replan.choice_overtime": ("每天加班不超过 30 分钟", "overtime of up to 30 minutes a day"),
    "replan.choice_shifts": (
        "增加两个班次：{team} 另派一组，{days}",
        "two extra shifts: one more team like {team} on {days}",
    ),
    "replan.choice": (
        "{what} → 未排 {left}，移动 {moved}，行车 {travel} 分",
        "{what} → {left} left out, {moved} moved, {travel} min of travel",
    ),
    # Folders.
    "replan.no_point": ("点位“{site}”没有落点，不能排", "the site “{site}” has no place and cannot be planned"),
    "replan.no_site": ("计划里没有点位“{site}”", "the plan has no site “{site}”"),
    "replan.replaces": (
        "改自 plan.json SHA-256 为 {sha} 的计划",
        "it replaces the plan whose plan.json has the SHA-256 {sha}",
    ),
    "replan.head": (
        "自 {day} 起重排：已查 {done}，退回 {back}",
        "replanned from {day} on: {done} done, {back} came back",
    ),
    "replan.left": ("未排：{visit}，{why}", "not planned: {visit}, {why}"),
    "replan.ways": ("排不下，可选：", "it does not all fit; the choices:"),
    "replan.no_change": ("没有改动", "nothing changed"),
    "replan.stop_line": ("  {seq}. {start}–{leave} {name}", "  {seq}. {start}–{leave} {name}"),
    "replan.not_published": (
        "轮次“{round}”还没有发布的计划，没有可重排的",
        "the round “{round}” has no published plan to replan",
    ),
    "replan.unknown_result": (
        "结果里的“{site}”不在计划里，已略过",
        "the result names “{site}”, which is not in the plan; left out",
    ),
    "replan.no_folder": ("要写到另一个文件夹，不能是“{out}”", "write to another folder, not “{out}”"),
    "replan.bad_lead": ("线索要写成 点位[,截止日]，不是“{value}”", "a lead is SITE[,DUE], not “{value}”"),
    "replan.bad_date": ("日期要写成 2026-12-03，不是“{value}”", "a date is 2026-12-03, not “{value}”"),
    "replan.still_kept": ("移动后一切守住", "every promise is kept after the move"),
    "replan.dry_run": ("这是试算，没有写入", "a dry run: nothing was written"),
}
