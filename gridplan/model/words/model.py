"""Words of the nouns themselves."""

WORDS = {
    "model.bad_clock": (
        "时间“{value}”看不懂，应写成 08:30 这样",
        "cannot read the time “{value}”; write it like 08:30",
    ),
    "model.bad_hours": (
        "营业时间“{value}”看不懂，应写成 Mo-Fr 14:00-20:30; Sa 09:00-17:00 这样",
        "cannot read the opening hours “{value}”; write them like Mo-Fr 14:00-20:30; Sa 09:00-17:00",
    ),
    "model.bad_document": ("计划文件不对：{where} {problem}", "the plan document is wrong: {where} {problem}"),
}
