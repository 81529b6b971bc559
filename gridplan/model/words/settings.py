"""Words of the settings: what each variable and file is for."""

WORDS = {
    "settings.hidden": ("（已设置，不显示）", "(set, not shown)"),
    "settings.is_secret": ("（保密）", " (secret)"),
    "settings.is_private": ("（权限 0600）", " (mode 0600)"),
    "settings.page_title": ("全部设置", "Every setting"),
    "settings.page_intro": (
        "一般不用设置任何一项。需要时写进 `/etc/gridplan.env`（每行 `名称=值`），重启服务即生效；"
        "`gridplan doctor` 会列出已设置的各项，保密的只说“已设置”。",
        "Nothing needs to be set to begin with. Where something does, write it into `/etc/gridplan.env` (a `NAME=value` a line) "
        "and restart the services; `gridplan doctor` lists what is set, and of secrets says only that they are.",
    ),
    "settings.page_files": ("文件", "Files"),
    "settings.page_name": ("名称", "Name"),
    "settings.page_default": ("默认", "Default"),
    "settings.page_meaning": ("含义", "Meaning"),
    "settings.GRIDPLAN_DB": (
        "数据库：`sqlite:///文件` 或 `postgresql+psycopg://用户:密码@主机/库`",
        "the database: `sqlite:///file` or `postgresql+psycopg://user:password@host/name`",
    ),
    "settings.GRIDPLAN_VAR": (
        "数据库在服务器上时，会话密钥、任务队列等私有文件放在哪个文件夹",
        "the folder of private files (session key, queue of jobs) of a database on a server",
    ),
    "settings.GRIDPLAN_GIS_PASSWORD": (
        "QGIS 只读用户的密码；不设置就随机生成一个并显示一次",
        "the password of QGIS' read-only log-in; unless set one is made up and shown once",
    ),
    "settings.GRIDPLAN_QUEUE": (
        "任务队列：不设置就用数据库旁边的文件；多台机器用 `redis://:密码@主机:6379/0`（或 `rediss://`）",
        "the queue of jobs: a file beside the database unless set; for many machines `redis://:password@host:6379/0` (or `rediss://`)",
    ),
    "settings.GRIDPLAN_HOST": ("网页服务监听的地址", "the address on which pages are served"),
    "settings.PORT": ("网页服务监听的端口", "the port on which pages are served"),
    "settings.GRIDPLAN_PROXY": (
        "granian 前面的代理（nginx、Caddy）的地址：只信它所说的来访地址和 https",
        "the proxy (nginx, Caddy) before granian: only what it says of who asks and of https is believed",
    ),
    "settings.GRIDPLAN_PHOTO_DAYS": (
        "照片保存几天，到期由每晚的 `gridplan tidy` 删去，未销号问题的照片留着；不写就一直保存",
        "for how many days photos are kept; each night `gridplan tidy` removes older ones, but for those of open findings; kept for ever where nothing is said",
    ),
    "settings.GRIDPLAN_LOG": (
        "日志详略：`debug`、`info`、`warning`、`error`；任何一级都不写姓名、电话、地址",
        "how much is logged: `debug`, `info`, `warning`, `error`; none of them writes names, phones or addresses",
    ),
    "settings.GRIDPLAN_CACHE": ("路网缓存放在哪个文件夹", "the folder in which read streets are kept"),
    "settings.XDG_CACHE_HOME": (
        "没有设置 GRIDPLAN_CACHE 时，缓存放在它下面的 `gridplan`",
        "where GRIDPLAN_CACHE is not set, the cache is `gridplan` below this folder",
    ),
    "settings.GRIDPLAN_TILES": (
        "本单位自己的底图瓦片地址（`https://…/{{z}}/{{x}}/{{y}}.png`）；不设置就不请求任何外部图片",
        "the address of the office's own map tiles (`https://…/{{z}}/{{x}}/{{y}}.png`); unless set nothing is fetched from outside",
    ),
    "settings.GRIDPLAN_TILES_DATUM": (
        "这些瓦片的坐标系：`wgs84` 或 `gcj02`",
        "the datum of these tiles: `wgs84` or `gcj02`",
    ),
    "settings.GRIDPLAN_TRAVEL_KEY": (
        "行程服务器（OSRM、Valhalla）的密钥：`主机 内容`，只发给这台主机",
        "the key of a travel server (OSRM, Valhalla): `HOST VALUE`, sent to that host only",
    ),
    "settings.GRIDPLAN_AMAP_KEY": (
        "高德地图的密钥，只在计划员要求在线查询时用",
        "AMap's key, used only when the planner asks online",
    ),
    "settings.GRIDPLAN_AMAP_URL": ("高德地图的地址", "AMap's address"),
    "settings.GRIDPLAN_BAIDU_KEY": ("百度地图的密钥，同上", "Baidu's key, as above"),
    "settings.GRIDPLAN_BAIDU_URL": ("百度地图的地址", "Baidu's address"),
    "settings.GRIDPLAN_TIANDITU_KEY": ("天地图的密钥，同上", "Tianditu's key, as above"),
    "settings.GRIDPLAN_TIANDITU_URL": ("天地图的地址", "Tianditu's address"),
    "settings.GRIDPLAN_NOMINATIM_URL": ("自建 Nominatim 的地址", "the address of an own Nominatim"),
    "settings.GRIDPLAN_PHOTON_URL": ("自建 Photon 的地址", "the address of an own Photon"),
    "settings.GRIDPLAN_PELIAS_KEY": ("Pelias 的密钥", "Pelias' key"),
    "settings.GRIDPLAN_PELIAS_URL": ("Pelias 的地址", "Pelias' address"),
    "settings.file_db": ("数据库", "the database"),
    "settings.file_queue": ("任务队列，里面只有任务编号", "the queue of jobs; it holds nothing but their numbers"),
    "settings.file_secret": ("登录会话的签名密钥，自动生成", "the key that signs log-in sessions, made by itself"),
    "settings.file_round": ("输入文件夹里的轮次设置", "the settings of a round, in the input folder"),
    "settings.file_mapping": ("输入文件夹里的列名对照", "which column is which, in the input folder"),
    "settings.file_screening": ("输入文件夹里的筛选规则", "the rules of screening, in the input folder"),
    "settings.file_env": (
        "systemd 服务读的设置，每行 `名称=值`",
        "the settings that the systemd services read, a `NAME=value` a line",
    ),
}
