"""Words of the whole way from folder to folder."""

WORDS = {
    "run.no_folder": ("没有文件夹“{folder}”", "there is no folder “{folder}”"),
    "run.no_file": ("文件夹“{folder}”里缺少 {file}", "{file} is missing in the folder “{folder}”"),
    "run.out_is_file": ("输出位置“{out}”是一个文件，应为文件夹", "the output “{out}” is a file, not a folder"),
    "run.out_inside": ("输出文件夹不能放在输入文件夹里", "the output folder must not lie inside the input folder"),
    "run.strangers": (
        "{file} 有 {count} 行的点位不在台账里（{ids}），没有用上",
        "{count} rows of {file} are of sites that the register does not hold ({ids}); they are not used",
    ),
    "run.review": ("“{name}”没有可靠落点，待核：{reason}", "“{name}” has no sure place and waits for review: {reason}"),
    "run.kept_for": (
        "本结论只对 {all} 家中的 {located} 家成立；{review} 家待核，未排入，名单见 complaints.csv",
        "this verdict holds for {located} of {all} sites; {review} without place are not planned and listed in complaints.csv",
    ),
    "run.no_roads": (
        "没有道路文件：行程按直线 × {detour}、每小时 {speed} 公里估算",
        "no road file: travel is the straight line × {detour} at {speed} km/h",
    ),
    "run.no_gazetteer": (
        "没有地名地址库：只用名单里的坐标和地址中的街镇、社区名落点",
        "no gazetteer: only given points and area names locate",
    ),
    "run.assumed_teams": (
        "没有检查组名单：假定 {teams} 个组，集合地点在街镇中心",
        "no teams were given: {teams} assumed, based at township centres",
    ),
    "run.busy": (
        "班次“{shift}”碰到高峰，{mode}的每段路都按 {factor} 倍时间计",
        "the shift “{shift}” touches busy hours: every leg by {mode} is counted {factor} times as long",
    ),
    "run.roads_missing": (
        "这份计划按道路计时，需要它的 roads.osm.pbf",
        "this plan was timed on roads and needs its roads.osm.pbf",
    ),
    "run.roads_changed": (
        "roads.osm.pbf 与证书所记不同",
        "roads.osm.pbf is not the file that the certificate names",
    ),
    "run.no_plan": (
        "“{folder}”里没有 plan.json 或 certificate.json",
        "there is no plan.json or certificate.json in “{folder}”",
    ),
    "run.plan_changed": (
        "plan.json 被改动：与证书所记的 SHA-256 不同",
        "plan.json was changed: its SHA-256 is not the certificate's",
    ),
    "run.check_ok": ("核对一致：{verdict}", "the certificate holds: {verdict}"),
    "run.same_twice": ("两次同名的输入文件：{files}", "input files of the same name: {files}"),
    "run.bound_other_plan": (
        "bound.json 证明的是另一份计划的下界",
        "bound.json proves the bound of another plan",
    ),
}
