"""Words of the geocoders on the network: what would be sent to whom, what came back, why nothing came."""

WORDS = {
    "online.name_nominatim": ("Nominatim", "Nominatim"),
    "online.name_photon": ("Photon", "Photon"),
    "online.name_pelias": ("Pelias", "Pelias"),
    "online.name_amap": ("高德", "AMap"),
    "online.name_baidu": ("百度", "Baidu"),
    "online.name_tianditu": ("天地图", "Tianditu"),
    "online.unknown": ("没有引擎“{engine}”，可用：{known}", "there is no engine “{engine}”; known are {known}"),
    "online.no_url": (
        "{engine}没有公共服务：用 --url 或环境变量 {variable} 写明本单位的地址",
        "{engine} has no public service: say --url, or set {variable}, with the address of your own",
    ),
    "online.no_key": (
        "{engine}要密钥：请先设环境变量 {variable}（密钥不会写进任何文件或提示）",
        "{engine} needs a key: set the environment variable {variable} (the key is written into no file and no message)",
    ),
    "online.bad_url": (
        "“{url}”不能用作引擎地址：应为 http:// 或 https:// 开头的主机地址",
        "“{url}” cannot be the address of an engine: http:// or https:// and a host are needed",
    ),
    "online.password_in_url": (
        "引擎地址里不能写用户名和密码",
        "the address of an engine must not hold a name and password",
    ),
    "online.no_geopy": (
        "{engine}要用 geopy：请安装 gridplan[online]（pip install geopy）",
        "{engine} needs geopy: install gridplan[online] (pip install geopy)",
    ),
    "online.bad_cache": (
        "在线结果的缓存 {path} 打不开或已损坏；请删去后重来",
        "the cache of answers {path} cannot be opened or is damaged; delete it and try again",
    ),
    "online.network": (
        "连不上{engine}（{host}）：没有网络、地址不对或超时{detail}",
        "{engine} ({host}) cannot be reached: no network, a wrong address or no answer in time{detail}",
    ),
    "online.busy": (
        "{engine}（{host}）说请求太快或服务忙{detail}；请过一会儿再来，已得到的都留下了",
        "{engine} ({host}) says that it is busy or asked too fast{detail}; try again later, what came is kept",
    ),
    "online.quota": (
        "{engine}（{host}）的配额已用完{detail}；请明天再来或换一个引擎，已得到的都留下了",
        "the quota of {engine} ({host}) is used up{detail}; try again tomorrow or another engine, what came is kept",
    ),
    "online.refused": (
        "{engine}（{host}）不接受密钥，或密钥没有这项权限{detail}；请核对密钥、白名单和服务开通情况",
        "{engine} ({host}) does not accept the key, or not for this{detail}; check the key, its whitelist and its services",
    ),
    "online.http": (
        "{engine}（{host}）答复出错{detail}；请核对地址",
        "{engine} ({host}) answered with an error{detail}; check the address",
    ),
    "online.nonsense": (
        "{engine}（{host}）的答复看不懂{detail}；地址可能不是这个引擎，或被网关拦截",
        "the answer of {engine} ({host}) cannot be understood{detail}; the address may be another service or a gateway",
    ),
    "online.plan": (
        "待核 {review} 家：{send} 个地址要发给{engine}（{host}），{known} 个已有缓存，{skipped} 家的地址没有可查的，"
        "{long} 个太长。只发地址，不发名称、电话、坐标",
        "{review} sites wait: {send} addresses would be sent to {engine} ({host}), {known} are in the cache, {skipped} sites have "
        "nothing to ask for, {long} are too long. The address alone is sent, no name, telephone or point",
    ),
    "online.confirm": ("发送吗？[y/N] ", "send them? [y/N] "),
    "online.not_sent": (
        "没有发送；确认后加 --yes 再来",
        "nothing was sent; say --yes to do it",
    ),
    "online.done": (
        "发出 {requests} 次请求，缓存 {cached} 个；{sites} 家有了候选，{accepted} 家按规则采用，{unknown} 家引擎不知道，"
        "{outside} 个结果在辖区外、{shared} 个像默认点，没有采用；还有 {left} 家待核",
        "{requests} requests, {cached} from the cache; {sites} sites got candidates, {accepted} were accepted by the rule, the engine "
        "does not know {unknown}; {outside} answers outside the areas and {shared} that look like a default were left out; {left} "
        "sites still wait",
    ),
    "online.stopping": (
        "正在停止，得到的都留下；再按一次 Ctrl-C 立即中断",
        "stopping, what came is kept; press Ctrl-C again to break off",
    ),
    "online.stopped": ("已停止，得到的都留下了", "stopped; what came is kept"),
    "online.candidate": ("{engine}：{name}", "{engine}: {name}"),
}
