"""Words of the store."""

WORDS = {
    "store.bad_url": (
        "数据库地址“{url}”看不懂，应写成 sqlite:///文件路径 或 postgresql+psycopg://用户:口令@主机/库名 这样",
        "cannot read the database address “{url}”; write it like sqlite:///path/to/file or "
        "postgresql+psycopg://user:password@host/name",
    ),
    "store.unsupported": (
        "不支持 {engine} 数据库，只支持 SQLite 和 PostgreSQL",
        "{engine} databases are not supported, only SQLite and PostgreSQL are",
    ),
    "store.no_driver": (
        "用 PostgreSQL 要先装驱动：pip install 'gridplan[postgres]'",
        "PostgreSQL needs its driver first: pip install 'gridplan[postgres]'",
    ),
    "store.no_server": (
        "连不上数据库 {where}：{problem}",
        "cannot reach the database {where}: {problem}",
    ),
    "store.not_utf8": (
        "数据库的编码是 {encoding}，存不了中文；请用 createdb -E UTF8 -T template0 另建一个",
        "the database is in {encoding} and cannot hold Chinese text; make another one with createdb -E UTF8 -T template0",
    ),
    "store.no_postgis": (
        "数据库里没有 PostGIS，本账号也不能添加（{problem}）；请管理员在该库执行 CREATE EXTENSION postgis",
        "PostGIS is missing in the database and this log-in may not add it ({problem}); "
        "let an administrator run CREATE EXTENSION postgis there",
    ),
    "store.empty": (
        "数据库 {path} 里还没有 gridplan 的表；先运行 gridplan db upgrade",
        "the database {path} holds no tables of gridplan yet; run gridplan db upgrade first",
    ),
    "store.busy": (
        "别人正在写入数据库，这次没有保存；请稍后再试",
        "somebody else is writing to the database, nothing was saved; try again in a moment",
    ),
    "store.bad_value": (
        "有一个值存不进数据库（{problem}），没有保存",
        "the database cannot hold one of the values ({problem}); nothing was saved",
    ),
    "store.no_database": ("找不到数据库 {path}", "there is no database {path}"),
    "store.no_folder": ("不能在 {path} 建立数据库：{problem}", "cannot make the database {path}: {problem}"),
    "store.not_ours": ("{path} 不是 gridplan 数据库", "{path} is not a gridplan database"),
    "store.older": (
        "数据库 {path} 是旧版本（{found}），先运行 gridplan db upgrade 升级",
        "the database {path} is of an older version ({found}); run gridplan db upgrade first",
    ),
    "store.no_revision": ("没有版本“{revision}”", "there is no revision “{revision}”"),
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
    "store.round_has_plans": (
        "这一轮已有计划，不能删除",
        "this round has plans and cannot be removed",
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
