"""Words of who may do what."""

WORDS = {
    "rights.may_not": ("您没有这项权限，请找管理员", "you have no right to this; ask the administrator"),
    "rights.whole_district": (
        "这件事涉及全区，您的账号只管本辖区；请找区级计划员",
        "this concerns the whole district, your log-in only its own area; ask a planner of the district",
    ),
    "rights.no_such": ("没有这一项，或不归您看", "there is no such thing, or it is not yours to see"),
    "rights.outside": ("这个位置不在您的辖区里", "this place lies outside your area"),
    "rights.ask_whom": ("可以找：{names}", "You may ask: {names}"),
    "rights.look_at_map": ("看底图", "see the base map"),
    "rights.look_at_sites": ("看点位", "see sites"),
    "rights.change_sites": ("导入、改点位", "import and change sites"),
    "rights.decide": ("核定落点", "decide where doubtful sites are"),
    "rights.look_at_areas": ("看网格", "see areas"),
    "rights.change_areas": ("改网格", "change areas"),
    "rights.look_at_crews": ("看检查组", "see crews"),
    "rights.change_crews": ("改检查组", "change crews"),
    "rights.look_at_plans": ("看已放开的路线", "see released routes"),
    "rights.plan": ("排轮次、看计划", "plan rounds and see plans"),
    "rights.publish": ("发布计划", "publish plans"),
    "rights.assign": ("派发", "assign people"),
    "rights.walk": ("走本人路线、报结果", "walk own routes and report"),
    "rights.report": ("填写报告的原因和措施，上报报告", "type reasons and measures into reports and send them up"),
    "rights.coverage": ("看覆盖", "see coverage"),
    "rights.audit": ("看操作记录", "read who did what"),
    "rights.admin": ("管账号", "keep the log-ins"),
}
