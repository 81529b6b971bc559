"""Words of pairs of sites that may be one."""

WORDS: dict[str, tuple[str, str]] = {
    "doubles.itself": ("给出的是同一个点位", "this is one site, not two"),
    "doubles.name": ("名称相同", "same name"),
    "doubles.alike": ("名称相近", "names alike"),
    "doubles.uscc": ("信用代码相同", "same credit code"),
    "doubles.phone": ("电话相同", "same phone"),
    "doubles.address": ("地址相同", "same address"),
    "doubles.beside": ("紧挨着", "side by side"),
    "doubles.near": ("相距不远", "near each other"),
    "doubles.maybe": (
        "“{name}”与 {file} 第 {row} 行“{other}”可能是同一家（{reasons}），请核对",
        "“{name}” may be the same as “{other}” in {file} row {row} ({reasons}): please look",
    ),
    "doubles.row": (
        "{one} {name}（{address}）≈ {other} {other_name}（{other_address}）：{reasons}，{score}",
        "{one} {name} ({address}) ≈ {other} {other_name} ({other_address}): {reasons}, {score}",
    ),
    "doubles.count": ("疑似重复 {count} 对", "{count} doubtful pairs"),
    "doubles.head_one": ("编号一", "one"),
    "doubles.head_other": ("编号二", "other"),
    "doubles.head_score": ("把握", "score"),
    "doubles.head_reasons": ("依据", "reasons"),
    "doubles.head_name": ("名称一", "name"),
    "doubles.head_other_name": ("名称二", "other name"),
    "doubles.head_address": ("地址一", "address"),
    "doubles.head_other_address": ("地址二", "other address"),
}
