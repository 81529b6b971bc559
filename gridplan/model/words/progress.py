"""Names of the stages that progress bars and job pages show."""

WORDS = {
    "progress.read": ("读入", "reading"),
    "progress.locate": ("落点", "locating"),
    "progress.roads": ("道路", "roads"),
    "progress.matrix": ("行程", "travel times"),
    "progress.diagnose": ("诊断", "diagnosing"),
    "progress.partition": ("分组", "assigning to teams"),
    "progress.tours": ("定线", "routing"),
    "progress.improve": ("改进", "improving"),
    "progress.calendar": ("排日", "choosing days"),
    "progress.remedies": ("试排补救办法", "trying remedies"),
    "progress.check": ("核对", "checking"),
    "progress.bound": ("下界", "bounding"),
    "progress.districts": ("区县", "districts"),
    "progress.write": ("写出", "writing"),
    "progress.online": ("在线查询", "asking online"),
    "progress.screen": ("筛选", "screening"),
    "progress.simulate": ("模拟", "playing"),
}
