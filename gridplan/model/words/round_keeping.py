"""Words for making and changing rounds."""

WORDS = {
    "round_keeping.published": (
        "这一轮已发布计划，不能再改；可以“复制成新的一轮”再改",
        "a plan of this round is published, so that it cannot be changed; copy it into a new round",
    ),
    "round_keeping.changed": (
        "别的计划员刚改过这一轮，您的修改还没有保存",
        "another planner has just changed this round; your changes are not saved yet",
    ),
    "round_keeping.copies": (
        "缺 {missing} 组，试算用的组不能派出：请减到在册组数，或选“仍要拟定”",
        "{missing} teams are missing, and copies cannot be sent out: use the teams there are, or draft anyway",
    ),
    "round_keeping.not_possible": (
        "这样排不下，没有开始拟定：请先用补救办法，或选“仍要拟定”",
        "this cannot be kept and no draft was started: use a remedy, or draft anyway",
    ),
}
