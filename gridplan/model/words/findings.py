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
}
