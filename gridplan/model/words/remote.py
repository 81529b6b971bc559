"""Words of travel engines elsewhere (OSRM, Valhalla): what was sent to whom, why no legs came, what a plan keeps of them."""

WORDS = {
    "remote.name_osrm": ("OSRM", "OSRM"),
    "remote.name_valhalla": ("Valhalla", "Valhalla"),
    "remote.no_mode": (
        'round.toml 的 [travel] 没有写{mode}的 {engine} 服务器地址：请写 url = {{ {key} = "http://…" }}',
        "[travel] of round.toml names no {engine} server for {mode}: say url = {{ {key} = “http://…” }}",
    ),
    "remote.unreached": (
        "连不上 {engine} 服务器 {url}（{why}）。请核对地址、网络和服务是否开着；要改用本地道路文件，删去 [travel] 的 engine 和 url",
        "the {engine} server {url} cannot be reached ({why}). Check the address, the network and that it runs; to use the local road "
        "file, take engine and url out of [travel]",
    ),
    "remote.too_slow": ("{seconds} 秒内没有答完", "no whole answer within {seconds} s"),
    "remote.bad_answer": (
        "{url} 的答复不像 {engine}（{why}）：地址可能是别的服务、版本太旧，或被网关拦截",
        "the answer of {url} is not that of {engine} ({why}): it may be another service, too old, or a gateway in between",
    ),
    "remote.refused": (
        "{engine} 服务器 {url} 拒绝了请求（{why}）",
        "the {engine} server {url} refused the request ({why})",
    ),
    "remote.too_small": (
        "{engine} 服务器 {url} 连一段路也不肯算：请放宽它的表格上限",
        "the {engine} server {url} takes not even one leg at a time: widen its limit for tables",
    ),
    "remote.bad_key": (
        "环境变量 {variable} 应写成“主机 内容”，例如“router.example.cn Bearer …”；内容只发给这个主机",
        "the environment variable {variable} must be “HOST VALUE”, e.g. “router.example.cn Bearer …”; it is sent to that host alone",
    ),
    "remote.sent": (
        "行程由 {engine} 服务器（{url}）计算：检查组出发点和点位共 {points} 个坐标发给了它，没有发名称和地址",
        "travel was measured by the {engine} server ({url}): {points} points (bases of teams and sites) were sent to it, no names, no "
        "addresses",
    ),
    "remote.no_profiles": (
        "[travel] 的 profiles 对 {engine} 不起作用：快慢由服务器自己的规则决定",
        "profiles of [travel] do not bind {engine}: the server's own rules decide how fast one is",
    ),
    "remote.from_cache": (
        "这次没有新问 {engine} 服务器：行程都是以前问得、存在本机的",
        "the {engine} server was not asked for legs this time: all were kept on this machine from earlier",
    ),
    "remote.asked": (
        "这次向 {engine} 服务器发了 {requests} 次请求",
        "{requests} requests were sent to the {engine} server this time",
    ),
    "remote.stale": (
        "{engine} 服务器现在连不上：用的是 {day} 问得、存在本机的行程",
        "the {engine} server cannot be reached now: the legs kept on this machine since {day} were used",
    ),
    "remote.renewed": (
        "{engine} 服务器的道路数据变了：以前存下的行程已作废，全部重新问过",
        "the data of the {engine} server has changed: the legs kept from earlier were dropped and all asked anew",
    ),
    "remote.straight": (
        "有 {legs} 段路没有问到走法，地图上画成直线；时间和距离不受影响",
        "{legs} legs are drawn as straight lines, as their ways are not known; times and lengths are not affected",
    ),
    "remote.no_legs": (
        "这份计划的行程是 {engine} 服务器（{url}）算的，要有随计划存下的 {file} 才能核对；文件夹里没有它，本机也没有存。"
        "请从原来的输出文件夹拷来，或重新运行 gridplan run",
        "the travel of this plan was measured by the {engine} server ({url}) and can be checked with the {file} kept beside the plan "
        "only; it is neither in the folder nor kept on this machine. Copy it from the folder the plan was made in, or run gridplan "
        "run again",
    ),
    "remote.bad_legs": (
        "{file} 读不了，不是计划存下的行程",
        "{file} cannot be read: it is not the travel kept beside a plan",
    ),
    "remote.legs_changed": (
        "{file} 里的行程与计划所记不同",
        "the travel in {file} is not what the plan names",
    ),
    "remote.unknown_legs": (
        "这份计划存下的行程里没有{mode}到坐标 {lon}, {lat} 的路；不会擅自再问服务器，请重新运行 gridplan run",
        "the travel kept with this plan has no way for {mode} to {lon}, {lat}; the server is not asked again without your word: run "
        "gridplan run anew",
    ),
    "remote.checked": (
        "行程是 {engine} 服务器（{url}）算的，按计划存下的数核对，没有再问服务器",
        "travel was measured by the {engine} server ({url}) and checked by what was kept with the plan; the server was not asked again",
    ),
}
