"""Words of the datum of a list: how its points are meant, what speaks for it, what to do."""

WORDS = {
    "datum.wgs84": ("WGS-84（含 CGCS2000）", "WGS-84 (or CGCS2000)"),
    "datum.gcj02": ("GCJ-02（高德、腾讯）", "GCJ-02 (AMap, Tencent)"),
    "datum.bd09": ("BD-09（百度）", "BD-09 (Baidu)"),
    "datum.pseudo": (
        "伪 WGS-84：GCJ-02 减去常数 0.0065°、0.006°（约 0.86 公里）",
        "pseudo WGS-84: GCJ-02 less the constant 0.0065°, 0.006° (0.86 km)",
    ),
    "datum.shifted": (
        "整体平移过：要向东 {east} 米、向北 {north} 米才对得上地址",
        "moved as a whole: {east} m east and {north} m north bring them to their addresses",
    ),
    "datum.short_wgs84": ("WGS-84", "WGS-84"),
    "datum.short_gcj02": ("GCJ-02", "GCJ-02"),
    "datum.short_bd09": ("BD-09", "BD-09"),
    "datum.short_pseudo": ("伪 WGS-84", "pseudo WGS-84"),
    "datum.short_shifted": ("平移", "moved"),
    "datum.by_streets": (
        "离道路平均 {value} 米，按 {other} 为 {other_value} 米（{count} 个点）",
        "{value} m from streets on average, {other_value} m as {other} ({count} points)",
    ),
    "datum.by_areas": (
        "{value} 在地址写的社区、街镇内，按 {other} 为 {other_value}（{count} 个点）",
        "{value} lie in the area their address names, {other_value} as {other} ({count} points)",
    ),
    "datum.by_addresses": (
        "离地名库里的地址中位 {value} 米，按 {other} 为 {other_value} 米（{count} 个点）",
        "{value} m (median) from where the gazetteer knows their addresses, {other_value} m as {other} ({count} points)",
    ),
    "datum.differs": (
        "{file} 的坐标写的是 {said}，但更像 {likely}：{evidence}",
        "the points of {file} are said to be {said}, but seem to be {likely}: {evidence}",
    ),
    "datum.agrees": (
        "{file} 的坐标写的是 {said}，依据一致：{evidence}",
        "the points of {file} are said to be {said}, and the evidence agrees: {evidence}",
    ),
    "datum.unclear": (
        "{file} 的坐标写的是 {said}，依据不足或互相矛盾，看不出对不对：{evidence}",
        "the points of {file} are said to be {said}; the evidence is too little or contradicts itself: {evidence}",
    ),
    "datum.no_evidence": (
        "{file} 的坐标写的是 {said}；{count} 个点附近没有足够的道路、写明社区的地址或地名库地址，看不出对不对",
        "the points of {file} are said to be {said}; there are too few streets, addresses that name an area, or addresses known to "
        "the gazetteer for its {count} points to tell",
    ),
    "datum.gazetteer_differs": (
        "地名地址库可能是另一种坐标系，请一并核对",
        "the gazetteer may be in another datum; check it, too",
    ),
    "datum.gazetteer": ("地名地址库", "the gazetteer"),
    "datum.doubt": ("{found}。{advice}；未作转换", "{found}. {advice}; nothing was converted"),
    "datum.keep": ("不用改", "nothing to change"),
    "datum.ask": ("请向名单的提供方问清坐标系", "ask whoever made the list for its datum"),
    "datum.set_round": (
        "请核对后把 round.toml 的 datum 改为 {datum}（地名库、检查组集合地点也按它换算）",
        "check, then set datum = {datum} in round.toml (gazetteer and the bases of teams are read by it, too)",
    ),
    "datum.set_mapping": (
        '请核对后在 mapping.toml 的 [sources."{file}"] 下写 datum = "{datum}"（只改这份名单，不动地名库和检查组）',
        'check, then write datum = "{datum}" below [sources."{file}"] of mapping.toml (for this list alone, not for gazetteer '
        "and teams)",
    ),
    "datum.set_list": (
        "请核对后把这份名单自己写的坐标系（列名或 mapping.toml）改为 {datum}",
        "check, then change the datum that the list names itself (its headers or mapping.toml) to {datum}",
    ),
    "datum.mend_pseudo": (
        "没有哪个 datum 能改正，请向提供方要原始坐标，或用 gridplan sites datum 写出的 points.csv 换算",
        "no datum mends this: ask for the original points, or take those in points.csv of gridplan sites datum",
    ),
    "datum.mend_shifted": (
        "没有哪个 datum 能改正，请向提供方要原始坐标，或用 gridplan sites datum 写出的 points.csv 换算",
        "no datum mends this: ask for the original points, or take those in points.csv of gridplan sites datum",
    ),
    "datum.head_reading": ("读作", "read as"),
    "datum.head_streets": ("离道路（米）", "from streets (m)"),
    "datum.head_areas": ("在所写区域内", "in the area named"),
    "datum.head_addresses": ("离地址（米）", "from address (m)"),
    "datum.none": ("名单里没有坐标", "no list has points"),
    "datum.written": ("已把 {file} 的 datum 改为 {datum}", "datum = {datum} was written into {file}"),
    "datum.not_written": (
        "没有改动：{why}",
        "nothing was changed: {why}",
    ),
    "datum.not_sure": ("依据不足，不能代为决定", "the evidence is not enough to decide for you"),
    "datum.no_datum": ("没有哪个 datum 能改正这份名单", "no datum mends this list"),
    "datum.several": (
        "有几份名单要改，请逐份核对后自己写",
        "several lists are concerned: check each and write it yourself",
    ),
    "datum.own_words": ("坐标系写在名单的列名里，请改列名", "the list names its datum in its headers: change them"),
    "datum.has_section": (
        'mapping.toml 已有 [sources."{file}"]，请自己在其中写 datum = "{datum}"',
        'mapping.toml has a section [sources."{file}"] already: write datum = "{datum}" there yourself',
    ),
    "datum.title": ("名单坐标按各种坐标系读作何处", "where the points of the lists are, read in each datum"),
    "datum.shown": ("{label}：{count} 个点", "{label}: {count} points"),
    "datum.likely_mark": ("（最像）", " (most likely)"),
    "datum.streets": ("道路", "streets"),
    "datum.csv_file": ("文件", "file"),
    "datum.csv_row": ("行", "row"),
    "datum.csv_id": ("编号", "id"),
    "datum.csv_name": ("名称", "name"),
    "datum.csv_lon": ("原经度", "longitude given"),
    "datum.csv_lat": ("原纬度", "latitude given"),
    "datum.csv_lon_wgs84": ("经度_wgs84", "lon_wgs84"),
    "datum.csv_lat_wgs84": ("纬度_wgs84", "lat_wgs84"),
}
