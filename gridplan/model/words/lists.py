"""Words of the preview of lists."""

WORDS: dict[str, tuple[str, str]] = {
    "lists.list": ("{file}：{rows} 行", "{file}: {rows} rows"),
    "lists.column": ("  {header} → {label}（{why}）　例：{samples}", "  {header} → {label} ({why}), e.g. {samples}"),
    "lists.why_mapping": ("mapping.toml 指定", "mapping.toml says so"),
    "lists.why_name": ("列名认得", "known header"),
    "lists.why_header": ("建议：列名相近", "proposed by its header"),
    "lists.why_cells": ("建议：{share} 的内容像", "proposed: {share} of its cells look so"),
    "lists.why_kept": ("原样保留", "kept as it is"),
    "lists.missing_name": (
        '  缺名称列，导入会失败：请改列名，或在 mapping.toml 的 [sites.columns] 写 name = "列名"',
        "  there is no column of names: rename one, or name it in [sites.columns] of mapping.toml",
    ),
    "lists.missing_address": (
        '  既没有地址列也没有坐标，导入会失败：请在 mapping.toml 的 [sites.columns] 写 address = "列名"',
        "  there is neither an address nor a point: name the column in [sites.columns] of mapping.toml",
    ),
    "lists.unknown_kind": (
        "  不认识的类别，这些行会退回：{texts}；请在 mapping.toml 的 [sites.kinds] 中对应",
        "  kinds that are not known, whose rows would be rejected: {texts}; map them in [sites.kinds] of mapping.toml",
    ),
    "lists.unknown_status": (
        "  看不懂的状态，按未注明处理：{texts}；可在 recognise.toml 的 [standing] 中补充",
        "  statuses that are not understood and taken as not said: {texts}; add them to [standing] of recognise.toml",
    ),
    "lists.saved": ("已把 {count} 列写进 mapping.toml", "{count} columns were written into mapping.toml"),
    "lists.save_hint": (
        "建议不会自动采用；加 --save 写进 mapping.toml，以后照此导入",
        "proposals are not followed by themselves; --save writes them into mapping.toml",
    ),
}
