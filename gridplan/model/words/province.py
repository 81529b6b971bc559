"""Words of a province's run."""

WORDS = {
    "province.same_name": (
        "两个文件夹都叫“{name}”，结果会互相覆盖；请改名",
        "two folders are called “{name}”, their results would overwrite each other; rename one",
    ),
    "province.row": (
        "{district}：{verdict}，任务 {visits}，组日 {team_days}，费用 {cost}，差距 {gap:.1%}",
        "{district}: {verdict}, {visits} visits, {team_days} team-days, cost {cost}, gap {gap:.1%}",
    ),
    "province.failed": ("{district}：没有计划，{error}", "{district}: no plan, {error}"),
}
