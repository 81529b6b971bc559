"""Words of the fieldwork: assigning people and taking results."""

WORDS = {
    "fieldwork.no_route": ("计划里没有路线 {route}", "the plan has no route {route}"),
    "fieldwork.two_at_once": (
        "{person} 在 {date} 已派到 {other}（{start}–{end}），与 {route} 时间重叠，没有改动",
        "{person} already walks {other} on {date} ({start}–{end}), which overlaps {route}; nothing was changed",
    ),
    "fieldwork.other_result": (
        "编号 {number} 已记录了另一条结果，没有覆盖",
        "another result was already recorded under {number}; nothing was overwritten",
    ),
    "fieldwork.no_key": ("结果没有编号，没有记录", "the result carries no key and was not recorded"),
    "fieldwork.taking_back": (
        "这一家已报“已查”或“已关停”；还不支持撤回，没有改动",
        "this visit was already reported as done; taking a report back is not supported yet, nothing was changed",
    ),
}
