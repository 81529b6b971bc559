"""Words of the review of doubtful sites."""

WORDS = {
    "review.one_of": (
        "候选、坐标、不在本区，三者取一",
        "name a candidate, a point, or that it is not ours: one of the three",
    ),
    "review.not_waiting": ("“{name}”（{site}）不在待核之列", "“{name}” ({site}) does not wait for review"),
    "review.no_building": (
        "“{name}”的地址“{address}”没有写明楼栋、小区或门牌，不能一并定",
        "the address “{address}” of “{name}” names no building",
    ),
    "review.no_candidate": ("“{name}”只有 {count} 个候选", "“{name}” has {count} candidates"),
    "review.outside": ("{lon}, {lat} 在辖区之外", "{lon}, {lat} lies outside all areas"),
    "review.bad_point": ("“{value}”不是坐标，应如 116.4021,39.9023", "“{value}” is no point, like 116.4021,39.9023"),
    "review.by_hand": ("人工指定", "set by hand"),
    "review.row": (
        "{id} {name}　{address}　{reason}　同楼 {building} 家",
        "{id} {name}  {address}  {reason}  {building} in this building",
    ),
    "review.candidate": ("  {number}. {name}（{level}，{score}）", "  {number}. {name} ({level}, {score})"),
    "review.level_exact": ("准确", "exact"),
    "review.level_road_number": ("门牌", "door"),
    "review.level_interpolated": ("按邻近门牌推算", "between doors"),
    "review.level_road": ("只到道路", "the road"),
    "review.level_community": ("只到社区", "the community"),
    "review.level_township": ("只到街镇", "the township"),
    "review.level_none": ("无", "none"),
    "review.count": ("待核 {count} 家", "{count} to review"),
}
