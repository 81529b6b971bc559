"""Words of the geocoder: why a site waits for a person, and what is odd about an address. Reasons carry no fields."""

WORDS = {
    "geocode.no_address": ("没有地址", "there is no address"),
    "geocode.not_found": (
        "地址在地名地址库和辖区里都找不到",
        "the address is found neither in the gazetteer nor among the areas",
    ),
    "geocode.ambiguous": ("名称与地址指向不止一处", "name and address point at more than one place"),
    "geocode.weak": ("依据不足", "too little speaks for the place found"),
    "geocode.road_only": ("只找到道路，找不到门牌", "the road is known, the number is not"),
    "geocode.fellow_community": (
        "“{name}”的地址没写社区：同一门牌的“{other}”（{file} 第 {row} 行）写明在{value}，按该社区落点",
        "the address of “{name}” names no community: “{other}” at the same door ({file} row {row}) names {value}",
    ),
    "geocode.fellow_point": (
        "“{name}”没有坐标：与“{other}”（{file} 第 {row} 行）同一门牌，按其位置落点",
        "“{name}” has no sure place: it is put where “{other}” at the same door is ({file} row {row})",
    ),
    "geocode.too_coarse": ("只找到大致位置，低于要求的精度", "only a rough place was found, coarser than asked for"),
    "geocode.finer_unknown": (
        "路名、门牌或小区不在地名地址库里，只知道所在社区",
        "road, number or compound are not in the gazetteer; only the area is known",
    ),
    "geocode.other_township": (
        "找到的地方不在地址写的街镇里",
        "the place found lies in another township than the address names",
    ),
    "geocode.other_community": (
        "找到的地方不在地址写的社区里，又只凭一项",
        "the place found lies in another community than the address names, and one clue alone speaks for it",
    ),
    "geocode.other_district": ("地址写的是别的区县", "the address names another district"),
    "geocode.decided_elsewhere": ("人工核定：不在本区", "a person decided that it is not ours"),
    "geocode.outside": ("坐标在辖区之外", "the point lies outside all areas"),
    "geocode.point_other_township": (
        "坐标不在地址写的街镇里",
        "the point lies in another township than the address names",
    ),
    "geocode.point_disagrees": ("坐标与地址相距太远", "the point lies far from the address"),
    "geocode.shared_point": (
        "坐标与许多别处的地址相同，像是没有找到时的默认点",
        "many addresses elsewhere have the same point: it looks like the default of a geocoder that found nothing",
    ),
    "geocode.at_one_point": ("同一点", "one point"),
    "geocode.at_centre": ("区或街镇的中心点", "the centre of the district or of a township"),
    "geocode.shared": (
        "{count} 个地址不同的点位坐标都在{where}（相距 1 米以内），像是没有找到地址时的默认点，坐标没有采用："
        "{placed} 个改按地址落点，{review} 个待核（第 {rows} 行：{names}）",
        "{count} sites with different addresses all lie at {where} (within 1 m), which looks like the default of a geocoder "
        "that did not find them; the point was not used: {placed} are placed by their address, {review} wait for review "
        "(rows {rows}: {names})",
    ),
    "geocode.coarse_point": (
        "坐标只写到小数两位或整分，可能差一公里",
        "the point has two decimals or whole minutes only and may be a kilometre off",
    ),
    "geocode.coarse": (
        "{count} 个点位的坐标只写到小数两位或整分，可能差一公里，没有当作准确位置：{placed} 个改按地址落点，{review} 个待核"
        "（第 {rows} 行：{names}）",
        "the points of {count} sites have two decimals or whole minutes only and may be a kilometre off; they are not taken as "
        "exact: {placed} are placed by their address, {review} wait for review (rows {rows}: {names})",
    ),
    "geocode.far_from_area": (
        "“{name}”的地址写的是{named}，坐标离它 {distance_m} 米；请核对",
        "the address of “{name}” says {named}, its point lies {distance_m} m from it; check it",
    ),
    "geocode.point_far_from_area": (
        "坐标离地址写的社区太远",
        "the point lies far from the community that the address names",
    ),
    "geocode.names_other_district": (
        "“{name}”的地址写的是{other}，不在{district}，已退回",
        "the address of “{name}” names {other}, not {district}; rejected",
    ),
    "geocode.point_elsewhere": (
        "“{name}”的地址写的是{named}，坐标落在{found}",
        "the address of “{name}” says {named}, its point lies in {found}",
    ),
    "geocode.point_far": (
        "“{name}”的坐标离地址所在处 {distance_m} 米；请核对坐标或坐标系",
        "the point of “{name}” lies {distance_m} m from its address; check the point or its datum",
    ),
}
