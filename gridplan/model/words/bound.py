"""Words of the bound."""

WORDS = {
    "bound.nothing": ("没有排出任务，下界为零", "nothing is planned; the bound is zero"),
    "bound.reason": (
        "至少 {team_days} 个检查组日：检查和到场准备共 {stay} 分钟，路上至少 {travel} 分钟，一个检查组日最多 {longest} 分钟{joint}。"
        "不计开门时段、日期、人员、午餐的位置，也不计路程和检查组日以外的偏好",
        "at least {team_days} team-days: {stay} min of visits and set-ups, at least {travel} min of travel, "
        "and no team-day holds more than {longest} min{joint}. Left out are opening hours, dates, people, where lunch lies, and all "
        "wishes but travel and team-days",
    ),
    "bound.joint": ("，而且联合检查要两个检查组同到", ", and a joint visit needs two teams at once"),
    "bound.proven": (
        "凡是完成这 {visits} 个任务的计划，都不低于 {cost} 分钟，且至少用 {team_days} 个检查组日：每个任务定了一个价，"
        "没有一条路线的任务价之和超过它的路程与检查组日，所以各任务价之和就是下界。下界不计班次内的开门时段、午餐的位置、"
        "各任务排在哪一天，也不计路程和检查组日以外的偏好",
        "no plan that makes these {visits} visits costs less than {cost} min or has fewer than {team_days} team-days: each "
        "visit has a price, and no route's visits are worth more than its travel and team-day, so the prices add up to a "
        "bound. Left out are opening hours inside a shift, where lunch lies, on which day a visit is made, and all wishes "
        "but travel and team-days",
    ),
    "bound.so_far": ("下界 {cost} 分钟", "bound {cost} min"),
    "bound.no_proof": ("不是下界的证明文件", "this is no proof of a bound"),
    "bound.other_plan": (
        "证明里的路线种类与计划不符",
        "the proof is of another plan: its kinds of routes are not this plan's",
    ),
}
