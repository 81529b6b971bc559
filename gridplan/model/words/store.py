"""Words of the store."""

WORDS = {
    "store.bad_url": (
        "数据库地址“{url}”看不懂，应写成 sqlite:///文件路径 这样",
        "cannot read the database address “{url}”; write it like sqlite:///path/to/file",
    ),
    "store.unsupported": (
        "还不支持 {engine} 数据库，目前只支持 SQLite",
        "{engine} databases are not supported yet, only SQLite is",
    ),
    "store.no_database": ("找不到数据库 {path}", "there is no database {path}"),
    "store.no_folder": ("不能在 {path} 建立数据库：{problem}", "cannot make the database {path}: {problem}"),
    "store.not_ours": ("{path} 不是 gridplan 数据库", "{path} is not a gridplan database"),
    "store.older": (
        "数据库 {path} 是旧版本（{found}），需要先升级",
        "the database {path} is of an older version ({found}) and must be upgraded first",
    ),
    "store.newer": (
        "数据库 {path} 由更新的版本建立（{found}），请升级 gridplan",
        "the database {path} was made by a newer version ({found}); upgrade gridplan",
    ),
    "store.journal_kept": (
        "数据库 {path} 正以 {found} 日志模式被别的程序使用，本程序的 SQLite {version} 需要 {wanted}；请先停掉别的程序",
        "the database {path} is in use with journal mode {found}, but this program's SQLite {version} needs {wanted}; "
        "stop the other program first",
    ),
    "store.wal_fixed": (
        "SQLite {version} 没有 WAL 丢数据的缺陷，用 WAL",
        "SQLite {version} is free of the fault that loses data in WAL, so WAL is used",
    ),
    "store.wal_faulty": (
        "SQLite {version} 的 WAL 可能丢已提交的数据，改用 TRUNCATE",
        "SQLite {version} can lose committed data in WAL, so TRUNCATE is used",
    ),
    "store.same_round": ("已有名为“{name}”的轮次", "there is already a round named “{name}”"),
    "store.no_round": ("没有轮次 {round}", "there is no round {round}"),
    "store.no_plan": ("没有计划 {plan}", "there is no plan {plan}"),
    "store.no_route": ("计划 {plan} 没有路线 {route}", "plan {plan} has no route {route}"),
    "store.no_stop": ("计划 {plan} 里没有检查任务 {visit}", "plan {plan} holds no visit {visit}"),
    "store.no_user": ("没有可用的账号“{login}”", "there is no active log-in “{login}”"),
    "store.no_site": ("台账里没有点位 {site}", "the register holds no site {site}"),
    "store.decided": ("“{name}”已由 {by} 于 {at} 定过", "“{name}” was decided by {by} at {at} already"),
    "store.no_decision": ("没有第 {decision} 号决定", "there is no decision {decision}"),
    "store.no_area_change": ("没有可以撤销的拆分或合并", "there is no split or merger to take back"),
    "store.user_changed": (
        "账号“{login}”刚被别人改过，没有覆盖；请刷新后再改",
        "the log-in “{login}” was changed by somebody else; nothing was overwritten. Reload and try again",
    ),
    "store.same_user": ("已有账号“{login}”", "there is already a log-in “{login}”"),
    "store.not_draft": ("计划 {plan} 不是草案，不能发布", "plan {plan} is no draft and cannot be published"),
    "store.not_published": (
        "计划 {plan} 没有发布，不能派发也不能登记",
        "plan {plan} is not published: nobody can be assigned to it and nothing recorded",
    ),
    "store.round_changed": (
        "轮次已被别人改动（现在是第 {now} 版，您看的是第 {seen} 版），没有覆盖；请刷新后再试",
        "the round was changed by somebody else (it is at version {now}, you saw {seen}); nothing was overwritten. Reload and try again",
    ),
    "store.other_result": (
        "编号 {number} 已记录了另一条结果，没有覆盖",
        "another result was already recorded under {number}; nothing was overwritten",
    ),
}
