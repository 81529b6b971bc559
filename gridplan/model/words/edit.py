"""Words of changing a plan by hand."""

WORDS = {
    "edit.bad_edit": (
        "改动里的“{field}”看不懂：{value}",
        "cannot read “{field}” of the change: {value}",
    ),
    "edit.by_hand": ("由计划员撤下", "taken out by the planner"),
    "edit.by_hand_help": (
        "拖回任一组日，或选“可行的位置”",
        "drag it back to a team-day, or choose a place that works",
    ),
    "edit.swap_planned": ("只能互换两个已排的任务", "only two planned visits can be swapped"),
    "edit.not_pinned": ("任务“{visit}”没有固定", "the visit “{visit}” is not pinned"),
    "edit.done": ("“{name}”已查，不能再动", "“{name}” has been visited and stays where it was"),
    "edit.superseded": (
        "v{number} 已被新版替换，只能看，不能改",
        "v{number} was superseded: it can be read, not changed",
    ),
    "edit.other_window": (
        "这份改动已在另一个窗口里变了，这一步没有做。刷新后再试。",
        "These changes went on in another window, and this step was not done. Reload and try again.",
    ),
    "edit.moved_on": (
        "{who} 于 {at} 存了 v{number}，您的改动没有保存，也没有丢。先看两处差别，再放到新版上。",
        "{who} saved v{number} at {at}. Your changes are not saved and not lost: look at the differences, then lay them onto it.",
    ),
    "edit.nothing": ("没有改动，不必保存", "nothing is changed, so there is nothing to save"),
    "edit.nothing_newer": ("没有更新的版本", "there is no newer version"),
    "edit.published_breach": (
        "已发布的计划不能带着违反保存。先改到守住，或撤销。",
        "A published plan is not replaced by one that breaks promises. Mend it first, or undo.",
    ),
    "edit.breaches": (
        "还有 {count} 条违反，没有保存。要留作草稿请选“带违反存草稿”。",
        "{count} breaches are left and nothing was saved. To keep it as a draft, choose “save with breaches”.",
    ),
    "edit.note": ("手工改动：自 v{number} 起 {count} 步", "changed by hand: {count} steps from v{number}"),
    "edit.cannot_lay": (
        "您撤销了旧版自己的步骤，不能自动放到新版上；请在新版上重做。",
        "You took back steps of the older version itself; they cannot be laid onto the newer one. Do it there again.",
    ),
    "edit.target_dirty": (
        "您在 v{number} 上已有没保存的改动，请先保存或放弃",
        "you have unsaved changes of v{number} already; save or discard them first",
    ),
    "edit.both_moved": (
        "{name}：新版里也动过，按新版，您的这一步没有放",
        "{name}: the newer version changed it too; it stays so, your step was not laid",
    ),
    "edit.not_laid": ("{name}：{why}", "{name}: {why}"),
    "edit.at": ("第 {number} 站", "stop {number}"),
    "edit.at_best": ("最合适的次序", "the best order"),
    "edit.step_move": ("{name} → {team} {day} {at}", "{name} → {team} {day}, {at}"),
    "edit.step_swap": ("{name} 与 {other} 互换", "{name} and {other} swapped"),
    "edit.step_leave_out": ("{name} 撤下，列入未排", "{name} taken out, unplanned"),
    "edit.step_pin": ("固定 {name}", "{name} pinned"),
    "edit.step_release": ("放开 {name}", "{name} released"),
}
