"""Words of trials: a change that is planned for a look."""

WORDS = {
    "trial_job.under_way": (
        "这一轮正在试排，请等它完成或取消",
        "a trial of this round is under way; wait or cancel it",
    ),
    "trial_job.gone": ("这条补救办法已不适用，请刷新", "this remedy no longer applies; reload"),
    "trial_job.running": ("{stage} {done}/{total}", "{stage} {done}/{total}"),
    "trial_job.kept": (
        "试排排得下：{visits} 家全部排入 {team_days} 个组日，行车 {travel_min} 分。没有存成计划。",
        "It fits: all {visits} sites in {team_days} team-days, {travel_min} min of travel. No plan was kept.",
    ),
    "trial_job.not_kept": (
        "试排还差：{visits} 家里未排 {left} 家，每日最低缺 {short} 家；用了 {team_days} 个组日。没有存成计划。",
        "Not yet: {left} of {visits} sites unplanned, {short} short of the minimum; {team_days} team-days. No plan was kept.",
    ),
}
