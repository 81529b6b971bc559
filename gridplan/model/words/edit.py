"""Words of changing a plan by hand."""

WORDS = {
    "edit.bad_edit": (
        "改动里的“{field}”看不懂：{value}",
        "cannot read “{field}” of the change: {value}",
    ),
    "edit.by_hand": ("由计划员撤下", "taken out by the planner"),
    "edit.by_hand_help": ("拖回任一组日，或选“可行的位置”", "drag it back to a team-day, or choose a place that works"),
    "edit.swap_planned": ("只能互换两个已排的任务", "only two planned visits can be swapped"),
    "edit.not_pinned": ("任务“{visit}”没有固定", "the visit “{visit}” is not pinned"),
}
