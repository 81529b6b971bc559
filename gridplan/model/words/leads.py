"""Words of leads, call-outs, lists, campaigns and leaders."""

WORDS = {
    "leads.none": ("没有线索 {lead}", "there is no lead {lead}"),
    "leads.no_complainant": (
        "线索 {lead} 没有您可以看的举报人信息",
        "lead {lead} has nobody who complained that you may see",
    ),
    "leads.no_call_out": ("没有吹哨 {call}", "there is no call-out {call}"),
    "leads.no_flag": ("没有名单记录 {flag}", "there is no list entry {flag}"),
    "leads.same_campaign": ("已有名为“{name}”的专项行动", "there is already a campaign named “{name}”"),
    "leads.no_campaign": ("没有专项行动 {campaign}", "there is no campaign {campaign}"),
    "leads.no_leader": ("没有包保记录 {link}", "there is no leader link {link}"),
    "leads.next_plan": (
        "从 {day} 起的新计划已发布：回头看 {follow_ups} 家，新加 {new} 家，重访 {back} 家，没排上 {left} 家。{changes}",
        "the plan from {day} on is published: {follow_ups} follow-ups, {new} new, {back} visited again, {left} left out. {changes}",
    ),
    "leads.no_next_plan": (
        "从 {day} 起排不出守得住的新计划，仍按原计划执行（要回来 {back} 家，没排上 {left} 家）。{changes}",
        "no plan from {day} on keeps its promises; the one before goes on ({back} to come back, {left} left out). {changes}",
    ),
    "leads.your_day": (
        "{day} 的路线有 {count} 处变动：{what}",
        "your route of {day} changes in {count} places: {what}",
    ),
    "leads.day_ahead": ("{day} 的路线有变动，当天可看", "your route of {day} changes; it shows on the day"),
    "leads.no_channel": ("没有来源“{channel}”，可用：{known}", "there is no channel “{channel}”; use one of {known}"),
    "leads.nothing_said": ("线索须写明反映什么、在哪里", "a lead must say what and where"),
    "leads.past_due": ("办结期限 {due} 早于收到日期 {at}", "the last day {due} lies before {at}"),
    "leads.named": ("线索里点了名", "named in the lead"),
    "leads.same_address": ("地址相同", "the same address"),
    "leads.planned_already": (
        "线索 {lead} 已排入计划，没有改动",
        "lead {lead} is planned already; nothing was changed",
    ),
    "leads.no_place": (
        "“{where}”找不到位置，请在地图上指一点",
        "“{where}” was not found; point at the place on the map",
    ),
    "leads.not_placed": ("线索 {lead} 还没有定点位", "lead {lead} has no site yet"),
    "leads.does_not_fit": (
        "排不进去：{why}。原计划没有改动，草案 {plan} 可看",
        "it does not fit: {why}. The published plan is unchanged; see draft {plan}",
    ),
    "leads.no_answer": ("请写明办理结果", "say what was done"),
    "leads.answered_already": ("线索 {lead} 已由 {by} 答复", "lead {lead} was answered by {by} already"),
    "leads.no_state": ("没有状态“{state}”，可用：{known}", "there is no state “{state}”; use one of {known}"),
    "leads.channel_hotline": ("热线", "hotline"),
    "leads.channel_letter": ("来信", "letter"),
    "leads.channel_visit": ("来访", "visit"),
    "leads.channel_superior": ("上级督办", "the level above"),
    "leads.channel_department": ("部门移送", "another department"),
    "leads.channel_web": ("网络", "web"),
    "leads.channel_patrol": ("巡查发现", "a patrol"),
    "leads.state_new": ("待定位", "to be placed"),
    "leads.state_placed": ("待排", "to be planned"),
    "leads.state_planned": ("已排", "planned"),
    "leads.state_answered": ("已答复", "answered"),
}
