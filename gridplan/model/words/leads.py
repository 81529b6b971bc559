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
}
