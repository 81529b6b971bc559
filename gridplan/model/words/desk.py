"""Words of the services over the stored register."""

WORDS = {
    "desk.nothing_to_undo": ("没有可以撤销的导入或合并", "there is no import or merger to take back"),
    "desk.undo_published": (
        "“{round}”已在这份台账上发布计划，不能再撤销导入；请改好名单重新导入",
        "a plan of “{round}” was published on this register since; correct the list and import it again",
    ),
    "desk.undone": (
        "已撤销{what}：台账由 {sites_before} 家变回 {sites} 家，去掉 {gone} 家，找回 {back} 家，{unplaced} 家须重新落点；"
        "{decided} 项待核决定暂时用不上（仍保留）。再执行一次 undo 即恢复",
        "{what} was taken back: {sites_before} sites became {sites}, {gone} went and {back} came back, {unplaced} must be located "
        "again; {decided} decisions find no site now and are kept. undo once more restores it",
    ),
    "desk.would_undo": (
        "若撤销{what}：台账由 {sites_before} 家变回 {sites} 家，去掉 {gone} 家，找回 {back} 家，{unplaced} 家须重新落点；"
        "{decided} 项待核决定将暂时用不上（仍保留）",
        "taking back {what} would turn {sites_before} sites into {sites}: {gone} would go and {back} come back, {unplaced} would "
        "have to be located again; {decided} decisions would find no site and be kept",
    ),
    "desk.undo_moved": (
        "没有撤销：台账刚被别人改过，请看过现在会怎样再撤",
        "nothing was undone: somebody changed the register since; look what it would do now",
    ),
    "desk.undone_import": ("最近一次导入", "the last import"),
    "desk.undone_same": ("最近一次合并", "the last merger"),
    "desk.undone_undo": ("上一次撤销", "the last undo"),
    "desk.source": ("{file} 第 {row} 行", "{file} row {row}"),
    "desk.no_name": ("用户名和姓名不能为空", "log-in and name must not be empty"),
    "desk.short_password": ("密码至少 8 个字符", "a password needs at least 8 characters"),
    "desk.long_password": ("密码最多 200 个字符", "a password needs at most 200 characters"),
    "desk.weak_password": (
        "密码太容易猜：不要用姓名、用户名、单位名、连号、键盘连键或常见密码；几个不相干的词连起来最好记",
        "the password is easy to guess: no names, no log-in name, no runs of digits or keys, no common password; "
        "a few unrelated words are easiest to remember",
    ),
    "desk.no_settings": ("还没有导入名单和 round.toml", "no list and round.toml were imported yet"),
    "desk.areas_first": ("先导入网格（areas import）", "import the areas first (areas import)"),
    "desk.draft_under_way": (
        "这一轮正在拟定，请等它完成或取消",
        "a draft of this round is under way; wait or cancel it",
    ),
    "desk.no_inspector": ("没有检查员“{login}”", "there is no inspector “{login}”"),
    "desk.not_kept": ("违反承诺的计划不能发布", "a plan that breaks a promise cannot be published"),
    "desk.no_route": ("没有这条路线，或不是派给您的", "there is no such route, or it is not yours"),
    "desk.bad_key": ("提交编号不对，请刷新后重报", "the submission key is wrong; reload and report again"),
    "desk.long_note": ("备注最多 {most} 个字", "a note has at most {most} characters"),
    "desk.no_plan": ("这一轮还没有计划", "this round has no plan yet"),
    "desk.no_level": ("没有层级“{level}”", "there is no level “{level}”"),
    "desk.bad_minutes": (
        "拟定时间须大于 0 且不超过 {most} 分钟",
        "a draft takes more than 0 and at most {most} minutes",
    ),
}
