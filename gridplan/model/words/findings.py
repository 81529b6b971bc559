"""Words of findings, notices, rechecks, checklists and of what phones send."""

WORDS = {
    "findings.none": ("没有问题 {finding}", "there is no finding {finding}"),
    "findings.same_number": (
        "文书号 {number} 已经用过，没有开出",
        "the notice number {number} is taken; nothing was handed over",
    ),
    "findings.other_parcel": (
        "编号 {key} 已收到另一份内容不同的上报，没有覆盖，请科员处理",
        "another report was received under {key}; nothing was overwritten, the planner must settle it",
    ),
    "findings.parcel_settled": (
        "上报 {key} 已处理过，没有改动",
        "the report {key} was settled already; nothing was changed",
    ),
    "findings.other_photo": (
        "编号 {key} 已存了另一张照片，没有覆盖",
        "another photo is kept under {key}; nothing was overwritten",
    ),
    "findings.no_photo": ("没有照片 {key}", "there is no photo {key}"),
    "findings.same_checklist": (
        "检查清单“{version}”已有，内容不同；新的清单请用新的版本号",
        "there is a checklist “{version}” with other items already; give the new one a version of its own",
    ),
    "findings.open": ("未销号", "open"),
    "findings.closed": ("已销号", "closed"),
    "findings.notice_rectify": ("责令整改通知书", "order to rectify"),
    "findings.notice_stop": ("停办通知书", "order to stop"),
    "findings.notice_inform": ("告知单", "notice"),
    "findings.notice_copy": ("抄告单", "copy to the department"),
    "findings.notice_seal": ("查封决定书", "seal"),
    "findings.notice_suspend": ("停业整顿通知书", "order to suspend business"),
    "findings.action_found": ("发现", "found"),
    "findings.action_notice": ("开出文书", "notice"),
    "findings.action_due": ("改期", "due day set"),
    "findings.action_passed": ("复查合格", "recheck passed"),
    "findings.action_failed": ("复查不合格", "recheck failed"),
    "findings.action_closed": ("销号", "closed"),
    "findings.action_reopened": ("重新立项", "opened again"),
    "findings.twice": ("{file} 的 {where} 重复了编号“{key}”", "{file}, {where}: the key “{key}” is there twice"),
    "findings.bad_minutes": (
        "{file} 的 {where} 的 minutes 应是 0 到 240 之间的数，现在是“{value}”",
        "{file}, {where}: minutes must be a number up to 240, not “{value}”",
    ),
    "findings.bad_value": ("{file} 的 {where} 不能是“{value}”", "{file}, {where}: “{value}” cannot be used"),
    "findings.not_one_of": (
        "{file} 的 {where} 的“{value}”不认识，可用：{known}",
        "{file}, {where}: “{value}” is not known; use one of {known}",
    ),
    "findings.no_items": ("{file} 里一条也没有", "{file} holds nothing"),
    "findings.bad_file": ("{file} 写法有误：{problem}", "{file} cannot be read: {problem}"),
    "findings.before": (
        "时间 {at} 早于发现时间 {found}，没有记录",
        "{at} lies before it was found ({found}); not recorded",
    ),
    "findings.is_open": (
        "问题 {finding} 还没有销号，不用重新立项",
        "the finding {finding} is open; it cannot be opened again",
    ),
    "findings.is_closed": (
        "问题 {finding} 已经销号，没有改动；要再查请先重新立项",
        "the finding {finding} is closed; nothing was changed. Open it again first",
    ),
    "findings.new_due": (
        "复查不合格时须定新的整改期限（晚于复查当天），问题 {finding} 没有改动",
        "a failed recheck needs a new last day after the recheck; the finding {finding} was not changed",
    ),
    "findings.fact_kept": (
        "实际：{days} 个工作日每天不少于 {least} 家，全部查完。守住。",
        "on fact: at least {least} on each of {days} days, and all done. Kept.",
    ),
    "findings.fact_broken": (
        "实际：{days} 个工作日中 {short} 天不足 {least} 家（{which}），{missing} 家没有查完。违反。",
        "on fact: of {days} days {short} have fewer than {least} ({which}); {missing} were not done. Broken.",
    ),
    "findings.no_category": (
        "没有问题类别“{category}”，没有记录",
        "there is no category “{category}”; nothing was recorded",
    ),
    "findings.past_due": (
        "整改期限 {due} 早于发现日期 {found}，没有记录",
        "the last day {due} lies before {found}; nothing was recorded",
    ),
    "findings.known": (
        "编号 {finding} 的问题已有，没有覆盖",
        "the finding {finding} is known; nothing was overwritten",
    ),
    "findings.no_kind": ("没有文书种类“{kind}”", "there is no kind of notice “{kind}”"),
    "findings.why_close": (
        "不经复查销号须写明理由，没有改动",
        "say why it is closed without a recheck; nothing was changed",
    ),
    "findings.no_state": (
        "没有状态“{state}”，可用：open、overdue、due、closed",
        "there is no state “{state}”; use open, overdue, due or closed",
    ),
    "findings.not_waiting": (
        "{visit} 没有等待处理的“已搬”或“未找到”",
        "{visit} does not wait for anybody's word",
    ),
    "findings.no_files": ("{folder} 里没有 {files}", "{folder} holds none of {files}"),
    "findings.held_back": (
        "{count} 家报“已搬”或“未找到”，等科员处理，这一版没有再排",
        "{count} sites were reported moved or not found; they wait for the planner and are not planned again here",
    ),
}
