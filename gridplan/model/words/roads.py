"""Words of the roads: what is wrong with a road file, and what was assumed while reading it."""

WORDS = {
    "roads.mode_walk": ("步行", "walking"),
    "roads.mode_ebike": ("电动自行车", "e-bike"),
    "roads.mode_car": ("汽车", "car"),
    "roads.no_file": ("找不到道路文件 {file}", "there is no road file {file}"),
    "roads.bad_suffix": (
        "{file} 不是道路文件：应为 .osm.pbf 或 .osm",
        "{file} is no road file: .osm.pbf or .osm is needed",
    ),
    "roads.empty_file": ("道路文件 {file} 是空的", "the road file {file} is empty"),
    "roads.too_big": (
        "道路文件 {file} 超过 2 GB，请先裁剪到本区",
        "the road file {file} is over 2 GB: cut it to the district",
    ),
    "roads.not_osm": (
        "道路文件 {file} 读不了，不是 OpenStreetMap 数据或不完整，请重新下载（{problem}）",
        "the road file {file} cannot be read: it is not OpenStreetMap data or is cut off; download it again ({problem})",
    ),
    "roads.no_street": ("道路文件 {file} 里没有可通行的道路", "the road file {file} holds no usable street"),
    "roads.other_city": (
        "道路文件 {file} 不是本区的：道路在 {roads}，区域在 {areas}（经度, 纬度）",
        "the road file {file} is of another place: its streets are at {roads}, the areas at {areas} (longitude, latitude)",
    ),
    "roads.profile_key": (
        "{file} 里没有 {key} 这一项，最接近的是 {near}",
        "{file} has no key {key}; the nearest is {near}",
    ),
    "roads.profile_number": (
        "{file} 的 {key} 应为 {low} 到 {high} 的数，现为 {value}",
        "{key} of {file} must be a number from {low} to {high}, not {value}",
    ),
    "roads.profile_value": ("{file} 的 {key} 应为{want}，现为 {value}", "{key} of {file} must be {want}, not {value}"),
    "roads.profile_dict": ("一张表", "a table"),
    "roads.profile_list": ("一列文字", "a list of texts"),
    "roads.profile_bool": (" true 或 false", "true or false"),
    "roads.bad_point": ("坐标 {lon}, {lat} 不在地球上", "the point {lon}, {lat} is not on earth"),
    "roads.bad_speed": ("{mode}的速度应大于 0，现为 {value}", "the speed for {mode} must be above 0, not {value}"),
    "roads.no_speed": ("没有给出{mode}的速度", "no speed is given for {mode}"),
    "roads.bad_detour": ("绕行系数应为 1 或更大，现为 {value}", "the detour factor must be 1 or more, not {value}"),
    "roads.far": (
        "{name}离最近的道路 {distance} 米，请核对位置",
        "{name} lies {distance} m from the nearest street: check its place",
    ),
    "roads.too_far": (
        "{name}离最近的{mode}道路 {distance} 米，超过 {limit} 米，视为到不了",
        "{name} lies {distance} m from the nearest street for {mode}, more than {limit} m: counted as unreachable",
    ),
    "roads.tag_class": (
        "highway={value} 不是道路类别，这条路没有使用",
        "highway={value} is no class of street: not used",
    ),
    "roads.tag_class_near": (
        "highway={value} 不是道路类别，这条路没有使用；是不是 {near}？",
        "highway={value} is no class of street: not used; is {near} meant?",
    ),
    "roads.tag_value": ("{key}={value} 看不懂，没有按它处理", "{key}={value} is not understood and was not applied"),
    "roads.tag_limit": ("限速 {key}={value} 不合常理", "the speed limit {key}={value} makes no sense"),
    "roads.tag_ring": ("环岛写成了双向通行", "a roundabout that is said to run both ways"),
    "roads.tag_no_line": ("编号 {way} 的道路只有一个点", "way {way} has a single point only"),
    "roads.part_names": ("（{names}）", " ({names})"),
    "roads.part_island": (
        "孤岛：{ways} 条{mode}道路{names}共 {length} 公里，与主路网不相连",
        "island: {ways} streets for {mode}{names}, {length} km, are not connected with the main network",
    ),
    "roads.part_no_exit": (
        "能进不能出：{ways} 条{mode}道路{names}共 {length} 公里，请核对单行和转弯限制",
        "one can get in but not out: {ways} streets for {mode}{names}, {length} km; check one-ways and turn restrictions",
    ),
    "roads.part_no_entry": (
        "能出不能进：{ways} 条{mode}道路{names}共 {length} 公里，请核对单行和转弯限制",
        "one can get out but not in: {ways} streets for {mode}{names}, {length} km; check one-ways and turn restrictions",
    ),
    "roads.part_no_way": (
        "不能进也不能出：{ways} 条{mode}道路{names}共 {length} 公里，请核对单行和转弯限制",
        "one can neither get in nor out: {ways} streets for {mode}{names}, {length} km; check one-ways and turn restrictions",
    ),
    "roads.beside": (
        "{name}离最近的路 {near} 米，但那条路与主路网不通，改走 {distance} 米外的路",
        "{name} lies {near} m from a street that is cut off; one {distance} m away is used instead",
    ),
    "roads.map_faults": ("道路检查：红色为问题", "check of the roads: faults in red"),
    "roads.base": ("{team}的集合地点{name}", "the base {name} of {team}"),
    "roads.head_severity": ("程度", "severity"),
    "roads.head_kind": ("类别", "kind"),
    "roads.head_mode": ("出行方式", "mode"),
    "roads.head_name": ("名称", "name"),
    "roads.head_length_m": ("长度或距离（米）", "length or distance (m)"),
    "roads.head_ways": ("道路编号", "ways"),
    "roads.head_lon": ("经度", "longitude"),
    "roads.head_lat": ("纬度", "latitude"),
    "roads.head_text": ("说明", "what is wrong"),
    "roads.kind_island": ("孤岛", "island"),
    "roads.kind_no_exit": ("能进不能出", "no way out"),
    "roads.kind_no_entry": ("能出不能进", "no way in"),
    "roads.kind_no_way": ("不能进出", "no way in or out"),
    "roads.kind_tag": ("标签有误", "odd tag"),
    "roads.kind_far": ("离路较远", "far from a street"),
    "roads.kind_unreached": ("到不了", "unreachable"),
    "roads.kind_beside": ("旁边的路不通", "beside a street that is cut off"),
    "roads.severity_error": ("错误", "error"),
    "roads.severity_warning": ("警告", "warning"),
    "roads.severity_info": ("提示", "note"),
    "roads.check_summary": (
        "{segments} 段道路共 {length_km} 公里、{spots} 个点位和集合地点：错误 {error} 条，警告 {warning} 条，提示 {info} 条；"
        "见 {out}/faults.csv 与 {out}/map.html",
        "{segments} segments, {length_km} km, {spots} sites and bases: {error} errors, {warning} warnings, {info} notes; "
        "see {out}/faults.csv and {out}/map.html",
    ),
    "roads.no_network": ("道路文件里没有{mode}可走的路网", "the road file has no network for {mode}"),
    "roads.scattered": (
        "{mode}路网只有 {share}% 连成一片，其余路段不用",
        "only {share} % of the network for {mode} hangs together; the rest is not used",
    ),
    "roads.odd_ferry": ("{count} 条轮渡线未使用", "ferry lines not used: {count}"),
    "roads.odd_reversible": ("{count} 条潮汐车道方向不定，按不通处理", "reversible streets counted as closed: {count}"),
    "roads.odd_conditional": ("{count} 条限时规定按不生效处理", "rules bound to certain hours, not applied: {count}"),
    "roads.odd_maxspeed": (
        "{count} 条道路的限速看不懂，用默认速度",
        "streets with an unreadable speed limit, usual speed taken: {count}",
    ),
    "roads.odd_via_way": (
        "{count} 条经由路段的转弯限制未使用",
        "turn restrictions by way of a street, not applied: {count}",
    ),
    "roads.odd_unclear_turn": (
        "{count} 条转弯限制写得不清，未使用",
        "turn restrictions that are unclear, not applied: {count}",
    ),
    "roads.odd_cut": ("{count} 条道路有部分在文件之外", "streets that run out of the file: {count}"),
}
