"""Words of the administrator's keep of the database."""

WORDS = {
    "upkeep.there": (
        "“{file}”已经存在，没有覆盖；请换一个名字",
        "“{file}” is there already and was not overwritten; use another name",
    ),
    "upkeep.no_file": ("没有文件“{file}”", "there is no file “{file}”"),
    "upkeep.no_backup": ("“{file}”不是 gridplan 的备份", "“{file}” is no backup of gridplan"),
    "upkeep.cut_short": (
        "备份“{file}”不完整（没有写完，或传输中断），没有恢复；请换一份备份",
        "the backup “{file}” is not whole (cut short while it was written or sent); nothing was restored, use another one",
    ),
    "upkeep.damaged": (
        "备份“{file}”里的 {part} 与清单对不上，没有恢复；请换一份备份",
        "{part} in the backup “{file}” is not what its manifest says; nothing was restored, use another one",
    ),
    "upkeep.no_fit": (
        "备份里 {part} 的内容前后对不上，没有恢复；请换一份备份",
        "the rows of {part} in the backup do not belong together; nothing was restored, use another one",
    ),
    "upkeep.newer": (
        "备份“{file}”由更新的版本所做（{found}），请升级 gridplan",
        "the backup “{file}” was made by a newer version ({found}); upgrade gridplan",
    ),
    "upkeep.not_blank": (
        "数据库 {path} 里已有内容，没有恢复；确要用备份替换全部内容，加 --replace",
        "the database {path} holds something, nothing was restored; add --replace to put the backup in the place of it all",
    ),
    "upkeep.not_sure": (
        "退回 {revision} 会丢掉新版才有的内容；先备份，再加 --yes",
        "going back to {revision} loses what only the newer schema holds; back up first, then add --yes",
    ),
    "upkeep.differs": ("表结构与程序不一致：{what}", "the tables are not as the program wants them: {what}"),
    "upkeep.broken": ("数据库损坏：{what}", "the database is damaged: {what}"),
    "upkeep.sound": ("数据库完好", "the database is sound"),
    "upkeep.no_roles": (
        "只有 PostgreSQL 才有只读账号；SQLite 请用 gridplan db export-gis",
        "only PostgreSQL has read-only log-ins; with SQLite use gridplan db export-gis",
    ),
    "upkeep.bad_role": (
        "账号名“{name}”不行：只能用小写字母、数字和下划线，字母开头",
        "the name “{name}” will not do: only small letters, digits and _, beginning with a letter",
    ),
    "upkeep.role_taken": (
        "账号“{name}”已作他用，没有改动；请换一个名字",
        "the log-in “{name}” is used for something else and was left alone; use another name",
    ),
    "upkeep.no_right": (
        "本账号无权建账号（{problem}）；请用管理员账号运行",
        "this log-in may not make others ({problem}); run it as an administrator",
    ),
    "upkeep.bad_days": (
        "照片保存天数“{value}”应是 1 以上的整数",
        "the days that photos are kept, “{value}”, must be a whole number from 1 on",
    ),
    "upkeep.kept_for_ever": (
        "没有设照片保存期（GRIDPLAN_PHOTO_DAYS），什么也没删",
        "photos are kept for ever (GRIDPLAN_PHOTO_DAYS is not set); nothing was removed",
    ),
    "upkeep.forgot": (
        "删去 {count} 张超过 {days} 天的照片（{mb} MB）；未销号问题的留着",
        "{count} photos older than {days} days were removed ({mb} MB); those of open findings stay",
    ),
    "upkeep.would_forget": (
        "有 {count} 张照片超过 {days} 天（{mb} MB），没有删",
        "{count} photos are older than {days} days ({mb} MB); nothing was removed",
    ),
}
