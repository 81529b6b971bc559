"""Words of an office's own map tiles."""

WORDS = {
    "tiles.bad_address": (
        "{where} 的瓦片地址“{value}”不能用：应为 http://主机/…{{z}}…{{x}}…{{y}}… 的形式，三个占位符各出现一次，不带用户名和空格",
        "the tiles' address “{value}” in {where} cannot be used: http://host/…{{z}}…{{x}}…{{y}}… is needed, each of the three once, without a user's name or spaces",
    ),
    "tiles.bad_datum": (
        "{where} 的瓦片坐标系“{value}”不支持：应为 wgs84、gcj02 或 cgcs2000（百度瓦片的切片方案不同，不能用）",
        "the tiles' datum “{value}” in {where} is not supported: wgs84, gcj02 or cgcs2000 (Baidu's tiles are cut in another way)",
    ),
}
