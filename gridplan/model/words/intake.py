"""Words of reading files: what is wrong with a file, a setting or a row, and how to mend it."""

WORDS = {
    # files
    "intake.no_file": ("没有文件 {file}", "there is no file {file}"),
    "intake.two_files": ("只能有一个，现在有：{files}", "only one may be there; found: {files}"),
    "intake.not_supported": (
        "{file}：不支持这种文件，请另存为 {kinds}",
        "{file}: files of this kind are not read; save it as one of {kinds}",
    ),
    "intake.no_rows": (
        "{file} 只有表头，没有一行点位",
        "{file} holds a header but no site",
    ),
    "intake.empty_file": ("{file} 是空的", "{file} is empty"),
    "intake.too_large": (
        "{file} 有 {mb} MB，超过上限 {limit} MB，没有打开",
        "{file} has {mb} MB, more than the limit of {limit} MB, and was not opened",
    ),
    "intake.wrong_content": (
        "{file} 的内容不是 {kind}；文件可能被改名、加密或损坏",
        "the content of {file} is not {kind}; it may be renamed, protected by a password or damaged",
    ),
    "intake.bad_encoding": (
        "{file} 既不是 UTF-8 也不是 GB18030（第 {byte} 字节），请另存为 CSV UTF-8",
        "{file} is neither UTF-8 nor GB18030 (byte {byte}); save it as CSV UTF-8",
    ),
    "intake.damaged": ("{file} 打不开，可能已损坏：{why}", "{file} cannot be opened and may be damaged: {why}"),
    "intake.zip_bomb": (
        "{file} 解压后有 {mb} MB，不像正常表格，没有打开",
        "{file} would unpack to {mb} MB, which is no normal workbook; it was not opened",
    ),
    "intake.too_wide": (
        "{file} 的表格有 {rows} 行 × {columns} 列，太大；请删去远处的多余单元格",
        "a sheet of {file} spans {rows} rows × {columns} columns, too many; delete stray cells far from the list",
    ),
    "intake.broken_csv": (
        "{file} 从第 {line} 行起引号不成对；请检查该行的英文双引号",
        "{file}: from line {line} on the quotes do not match; look at the double quotes of that line",
    ),
    "intake.no_commas": (
        "{file} 的各列没有用逗号隔开，也看不出用什么隔开（“{line}”）；请另存为 CSV UTF-8（逗号分隔）",
        "the columns of {file} are not parted by commas, and by what they are is not clear (“{line}”); save it as CSV UTF-8 (comma "
        "delimited)",
    ),
    "intake.parted_by_semicolon": (
        "各列是用分号隔开的，已按分号读入",
        "the columns are parted by semicolons and were read so",
    ),
    "intake.parted_by_tab": (
        "各列是用制表符（Tab）隔开的，已按制表符读入",
        "the columns are parted by tabs and were read so",
    ),
    "intake.broken_json": (
        "{file} 从第 {line} 行第 {column} 列起不是正确的 JSON，文件可能不完整或被改动过；请重新导出",
        "{file} is not valid JSON from line {line}, column {column} on; it may be cut off or was changed: export it again",
    ),
    "intake.json_deep": (
        "{file} 的括号一层套一层，太深，或有长得离谱的数，读不了；请重新导出",
        "{file} nests its brackets too deeply or holds a number far too long; export it again",
    ),
    "intake.broken_toml": (
        "{file} 第 {line} 行写法有误：{why}（“{text}”）",
        "line {line} of {file} is not written as it should: {why} (“{text}”)",
    ),
    "intake.toml_deep": (
        "{file} 写法有误：括号一层套一层，太深，读不了；请检查是否有多余的 [ 或 {{",
        "{file} nests its brackets too deeply; look for [ or {{ too many",
    ),
    "intake.toml_digits": (
        "{file} 第 {line} 行写法有误：有一个数长达几千位；请改正，编码要加英文双引号",
        "line {line} of {file} holds a number of thousands of digits; codes need double quotes",
    ),
    "intake.toml_value": (
        "等号后面的值看不懂；文字要加英文双引号，日期写成 2026-11-30",
        "the value after the equals sign cannot be read; text needs double quotes, a date is written 2026-11-30",
    ),
    "intake.toml_statement": (
        "应写成“名称 = 值”或“[表名]”；名称用英文，中文名称要加英文双引号",
        "write “name = value” or “[table]”; a Chinese name needs double quotes",
    ),
    "intake.toml_rest": (
        "值的后面多了内容；一行只写一项，文字要加英文双引号",
        "something follows the value; write one item a line, text in double quotes",
    ),
    "intake.toml_bracket": ("括号没有合上", "a bracket is not closed"),
    "intake.toml_quote": ("引号没有合上", "a quote is not closed"),
    "intake.toml_twice": ("同一项写了两次", "the same item stands twice"),
    "intake.toml_backslash": ("引号里的反斜杠 \\ 要写成两个", "a backslash in quotes must be written twice"),
    "intake.toml_date": ("没有这个日期或时间", "there is no such date or time"),
    "intake.toml_character": ("有不可见的字符，请删去", "there is an invisible character; delete it"),
    "intake.toml_else": ("看不懂", "it cannot be read"),
    "intake.bad_crs": (
        "{file} 的坐标系“{crs}”不认识；请转成 WGS-84（EPSG:4326）",
        "{file}: the coordinate system “{crs}” is not known; convert it to WGS-84 (EPSG:4326)",
    ),
    "intake.layers": (
        "{file} 应只有一个图层，现在有：{layers}",
        "{file} must hold exactly one layer; found: {layers}",
    ),
    # columns
    "intake.missing_column": (
        "{file} 缺少列：{names}（任一名称即可）。现有的列：{headers}",
        "{file} lacks a column named one of {names}. Found: {headers}",
    ),
    "intake.two_datums": (
        "{file}：“{lon}”和“{lat}”的坐标基准不同",
        "{file}: “{lon}” and “{lat}” name different datums",
    ),
    "intake.datum_here": (
        "{file}：“{header}”另写了坐标基准；此文件的坐标须与 round.toml 的 datum 相同",
        "{file}: “{header}” names a datum of its own; the points of this file must be in the datum of round.toml",
    ),
    "intake.no_kind_column": (
        "没有类别列：全部按培训机构处理；可在 mapping.toml 的 [sites.defaults] 中写明 kind",
        "there is no kind column: all rows are taken as institutions; say kind in [sites.defaults] of mapping.toml",
    ),
    "intake.two_columns": (
        "“{column}”还有同义的列：{value}；只用前者，后者原样保留",
        "other columns mean the same as “{column}”: {value}; the first is used, the others are kept as they are",
    ),
    "intake.unknown_column": ("列“{column}”不认识，没有读", "the column “{column}” is not known and was not read"),
    "intake.datum_doubt": (
        "图层自称经纬度坐标，round.toml 写的是 {value}；按 {value} 换算，请核实",
        "the layer says it is in plain degrees, round.toml says {value}; it is converted from {value}: please verify",
    ),
    # cells
    "intake.lost_digits": (
        "“{value}”是被表格改成数值的长编码，末尾数字已丢失，没有采用；请把该列设为文本后重填",
        "“{value}” is a long code that a spreadsheet turned into a number; its last digits are lost and it was not used. "
        "Make the column text and fill it in again",
    ),
    "intake.formula_text": ("单元格以“=”开头，按文字保留", "the cell begins with “=” and is kept as text"),
    "intake.formula": (
        "列“{column}”有公式{value}，采用上次算出的结果",
        "the column “{column}” holds formulas {value}; their last results are used",
    ),
    "intake.error_cell": (
        "列“{column}”的单元格是错误值（如 #N/A），按空处理",
        "a cell of “{column}” is an error value (such as #N/A) and is taken as empty",
    ),
    "intake.other_sheets": (
        "工作簿里还有像名单的表，没有读：{value}",
        "other sheets of the workbook look like lists and were not read: {value}",
    ),
    "intake.not_a_point": (
        "几何是 {value}，不是点，没有采用坐标",
        "the geometry is a {value}, not a point; it was not used",
    ),
    # rows of the register
    "intake.too_many_cells": (
        "这一行的单元格多于表头，内容可能错位：{value}",
        "the row has more cells than the header; its values may have shifted: {value}",
    ),
    "intake.no_name": ("第 {row} 行没有名称，退回", "row {row} has no name and was rejected"),
    "intake.no_place": (
        "第 {row} 行没有地址，也没有可用的坐标，退回",
        "row {row} has neither an address nor a usable point and was rejected",
    ),
    "intake.unknown_kind": (
        "第 {row} 行的类别“{value}”不认识，退回；可在 mapping.toml 的 [sites.kinds] 中对应",
        "row {row}: the kind “{value}” is not known and the row was rejected; map it in [sites.kinds] of mapping.toml",
    ),
    "intake.cleaned_name": (
        "第 {row} 行的名称含不可见字符，已去掉：{value}",
        "row {row}: invisible characters were taken out of the name: {value}",
    ),
    "intake.bad_uscc": (
        "第 {row} 行的统一社会信用代码“{value}”校验不符，请核对",
        "row {row}: the unified social credit code “{value}” fails its check digit",
    ),
    "intake.dropped_value": (
        "第 {row} 行“{column}”的值“{value}”看不懂，没有采用；应写成 {want}",
        "row {row}: the value “{value}” of “{column}” cannot be read and was not used; write {want}",
    ),
    "intake.form_minutes": ("1 到 600 的整数（分钟）", "a whole number of minutes from 1 to 600"),
    "intake.form_open": (
        "Mo-Fr 14:00-20:30; Sa 09:00-17:00 或 周一至周五 14:00-20:30 这样",
        "it like Mo-Fr 14:00-20:30; Sa 09:00-17:00",
    ),
    "intake.form_flag": ("有 或 无", "有 or 无 (1 or 0)"),
    "intake.form_mode": ("巡查 或 检查", "patrol or inspection"),
    "intake.form_priority": ("0 到 9 的整数", "a whole number from 0 to 9"),
    "intake.form_due": ("2026-11-30 这样的日期", "a date like 2026-11-30"),
    "intake.form_size": ("人数，如 120", "a number of people like 120"),
    "intake.form_closed": ("日期，如 2026-12-01;2026-12-02", "dates like 2026-12-01;2026-12-02"),
    "intake.no_points": (
        "{file} 没有地址列，图形也不是点（是 {shapes}）；请加一列地址，或改用点",
        "{file} has no column of addresses and its geometry is no point but {shapes}; add addresses, or use points",
    ),
    "intake.unknown_area": (
        "没有编码为“{value}”的区域；请对照 areas/ 里的编码",
        "there is no area of the code “{value}”; compare the codes in areas/",
    ),
    "intake.half_point": (
        "第 {row} 行只有经度或纬度之一（{value}），没有采用",
        "row {row} has only one of longitude and latitude ({value}); it was not used",
    ),
    "intake.bad_coordinate": (
        "坐标“{value}”看不懂或不在地球上，没有采用；应写成十进制度数，如 116.402",
        "the coordinates “{value}” cannot be read or are not on earth and were not used; write decimal degrees like 116.402",
    ),
    "intake.split_degrees": (
        "第 {row} 行的坐标“{value}”像度分秒但写法不清，没有采用；请写成十进制度数",
        "row {row}: the coordinates “{value}” look like degrees and minutes but are not clear; they were not used. "
        "Write decimal degrees",
    ),
    "intake.degrees_minutes": (
        "第 {row} 行的坐标“{value}”是度分秒，已换算成十进制度数",
        "row {row}: the coordinates “{value}” are degrees, minutes and seconds and were converted to decimal degrees",
    ),
    "intake.swapped_lonlat": (
        "第 {row} 行的经度和纬度写反了（{value}），已换回",
        "row {row}: longitude and latitude were swapped ({value}) and have been swapped back",
    ),
    "intake.far_point": (
        "第 {row} 行的坐标（{value}）离辖区很远，请核实",
        "row {row}: the point ({value}) is far from the district; please verify",
    ),
    "intake.row": ("第 {row} 行", "row {row}"),
    "intake.row_elsewhere": ("“{file}”第 {row} 行", "row {row} of “{file}”"),
    "intake.zero_point": (
        "第 {row} 行的坐标是 0, 0，等于没有填，没有采用",
        "row {row}: the point is 0, 0, which means that none was filled in; it was not used",
    ),
    "intake.projected_point": (
        "第 {row} 行的坐标（{value}）是以米计的投影坐标，不是经纬度，没有采用",
        "row {row}: the point ({value}) is in metres of a map grid, not in degrees; it was not used",
    ),
    "intake.map_grid": (
        "看数值像 {grids}，也可能是北京54、西安80 的同带坐标；请用测绘软件换成经纬度后重新导入",
        "by the numbers it seems to be {grids}, or the same zone of an older datum; convert it to degrees and import it again",
    ),
    "intake.no_map_grid": (
        "看不出是哪一种投影；请向提供方要经纬度",
        "of which map grid cannot be told; ask whoever made the list for degrees",
    ),
    "intake.many_swapped_lonlat": (
        "{count} 行的经度和纬度写反了，像是两列列名对调，已换回（第 {rows} 行，如 {value}）",
        "longitude and latitude of {count} rows were swapped, as if the two headers were; they have been swapped back "
        "(rows {rows}, like {value})",
    ),
    "intake.many_projected_point": (
        "{count} 行的坐标是以米计的投影坐标，不是经纬度，没有采用（第 {rows} 行，如 {value}）",
        "the points of {count} rows are in metres of a map grid, not in degrees; they were not used (rows {rows}, like {value})",
    ),
    "intake.many_zero_point": (
        "{count} 行的坐标是 0, 0，等于没有填，没有采用（第 {rows} 行）",
        "the points of {count} rows are 0, 0, which means that none was filled in; they were not used (rows {rows})",
    ),
    "intake.many_split_degrees": (
        "{count} 行的坐标像度分秒但写法不清，没有采用；请写成十进制度数（第 {rows} 行，如 {value}）",
        "the points of {count} rows look like degrees and minutes but are not clear; they were not used. Write decimal degrees "
        "(rows {rows}, like {value})",
    ),
    "intake.many_degrees_minutes": (
        "{count} 行的坐标是度分秒，已换算成十进制度数（第 {rows} 行，如 {value}）",
        "the points of {count} rows are degrees, minutes and seconds and were converted to decimal degrees (rows {rows}, like "
        "{value})",
    ),
    "intake.many_far_point": (
        "{count} 行的坐标离辖区很远，请核实（第 {rows} 行，如 {value}）",
        "the points of {count} rows are far from the district; please verify (rows {rows}, like {value})",
    ),
    "intake.merged_row": (
        "第 {row} 行“{value}”与{other}“{name}”是同一点位，已合并",
        "row {row} “{value}” is the same site as {other} “{name}” and was merged into it",
    ),
    "intake.contradiction": (
        "第 {row} 行的“{column}”为“{value}”，与{other}的“{kept}”不同，采用后者",
        "row {row}: “{column}” is “{value}” but {other} says “{kept}”, which is kept",
    ),
    "intake.doubled_id": (
        "第 {row} 行的编号“{value}”已属于{other}“{name}”，改为“{id}”",
        "row {row}: the id “{value}” already belongs to {other} “{name}”; it became “{id}”",
    ),
    "intake.cannot_write": ("写不了 {file}：{why}", "{file} cannot be written: {why}"),
    "intake.field_kind": ("类别", "kind"),
    "intake.field_uscc": ("统一社会信用代码", "credit code"),
    "intake.field_given": ("坐标", "point"),
    "intake.field_township": ("乡镇街道", "township"),
    "intake.field_community": ("社区", "community"),
    "intake.field_minutes": ("检查时长", "minutes"),
    "intake.field_opening": ("营业时间", "opening hours"),
    "intake.field_permit": ("办学许可证", "permit"),
    "intake.field_licence": ("营业执照", "licence"),
    "intake.field_state": ("状态", "status"),
    "intake.field_subject": ("培训类别", "subject"),
    "intake.field_mode": ("检查方式", "mode"),
    "intake.field_departments": ("到场部门", "departments"),
    "intake.field_priority": ("优先级", "priority"),
    "intake.field_due": ("截止日期", "due day"),
    "intake.field_phone": ("电话", "phone"),
    "intake.field_size": ("规模", "size"),
    "intake.field_closed": ("关闭日期", "closed dates"),
    # rows of the other lists
    "intake.row_left_out": ("第 {row} 行没有采用：{why}", "row {row} was left out: {why}"),
    "intake.empty_cell": ("“{column}”是空的", "“{column}” is empty"),
    "intake.unknown_value": (
        "“{column}”的值“{value}”不认识，可用：{known}",
        "the value “{value}” of “{column}” is not known; known are {known}",
    ),
    "intake.no_crossing": (
        "路口须在“{column}”里写明两条路，用“/”隔开，如 长乐路/平安路；现在是“{value}”",
        "a crossing needs both its roads in “{column}”, parted by “/” like 长乐路/平安路; it says “{value}”",
    ),
    "intake.bad_day": (
        "日期“{value}”看不懂，应写成 2026-11-30 这样",
        "cannot read the date “{value}”; write it like 2026-11-30",
    ),
    "intake.bad_minutes": (
        "时长“{value}”看不懂，应为 1 到 600 的整数（分钟）",
        "cannot read the duration “{value}”; it must be a whole number of minutes from 1 to 600",
    ),
    "intake.pin_of_nothing": (
        "检查组、日期、班次都是空的，没有什么可固定",
        "team, date and shift are all empty: there is nothing to pin",
    ),
    "intake.due_before": ("截止日期 {due} 早于最早日期 {earliest}", "due on {due}, before the earliest day {earliest}"),
    # settings
    "intake.nearest": ("是不是“{word}”？", "did you mean “{word}”?"),
    "intake.known": ("可用的有：{words}", "known are {words}"),
    "intake.unknown_key": ("{file}：不认识“{key}”，{nearest}", "{file}: “{key}” is not known; {nearest}"),
    "intake.missing_key": ("{file}：缺少“{key}”", "{file}: “{key}” is missing"),
    "intake.bad_value": (
        "{file}：“{key}”的值“{value}”不对，{want}",
        "{file}: the value “{value}” of “{key}” is wrong; {want}",
    ),
    "intake.bad_cell": (
        "{file} 第 {row} 行“{column}”的值“{value}”不对，{want}",
        "{file}, row {row}: the value “{value}” of “{column}” is wrong; {want}",
    ),
    "intake.sources_key": (
        '{file}：[sources] 下应是名单的文件名（如 "教育局名单.xlsx"），不是“{key}”',
        '{file}: below [sources] there must be file names of lists (like "list.xlsx"), not “{key}”',
    ),
    "intake.unknown_source": (
        "mapping.toml 的 [sources] 提到 {name}，但没有这个名单；{nearest}",
        "[sources] of mapping.toml names {name}, which is no list here; {nearest}",
    ),
    "intake.areas_key": (
        '{file}：[areas] 下应是文件名（如 "town.geojson"）或 scheme，不是“{key}”',
        '{file}: below [areas] there must be file names (like "town.geojson") or scheme, not “{key}”',
    ),
    "intake.want_table": ("应为一个表 [..]", "it must be a table [..]"),
    "intake.want_url": (
        "应为 http:// 或 https:// 开头的地址",
        "it must be an address that begins with http:// or https://",
    ),
    "intake.want_url_with_engine": (
        '写 engine = "osrm" 或 "valhalla" 时要写 url，不写时不要写 url',
        'a url belongs to engine = "osrm" or "valhalla", and to nothing else',
    ),
    "intake.want_profiles": (
        "应为同一文件夹里的 .toml 文件名",
        "it must be the name of a .toml file in the same folder",
    ),
    "intake.want_later": ("应晚于 from", "it must be later than from"),
    "intake.want_tables": ("应为若干个表 [[..]]", "it must be a list of tables [[..]]"),
    "intake.want_text": ("应为不空的文字", "it must be text and not empty"),
    "intake.want_texts": ('应为文字列表，如 ["a", "b"]', 'it must be a list of texts like ["a", "b"]'),
    "intake.want_whole": ("应为 {low} 到 {high} 的整数", "it must be a whole number from {low} to {high}"),
    "intake.want_number": ("应为 {low} 到 {high} 的数", "it must be a number from {low} to {high}"),
    "intake.want_day": ("应为日期，如 2026-11-30，不加引号", "it must be a date like 2026-11-30, without quotes"),
    "intake.want_days": (
        "应为日期列表，如 [2026-11-30]，不加引号",
        "it must be a list of dates like [2026-11-30], without quotes",
    ),
    "intake.want_bool": ("应为 true 或 false", "it must be true or false"),
    "intake.want_pairs": (
        "应为 [最小规模, 分钟] 的列表，规模递增，分钟 1 到 600，如 [[0, 30], [100, 45]]",
        "it must be a list of [least size, minutes] with growing sizes and 1 to 600 minutes, like [[0, 30], [100, 45]]",
    ),
    "intake.want_auto": (
        '[limits] 的 townships_per_team_day、night_visits 只有 engine = "auto" 能守',
        "townships_per_team_day and night_visits of [limits] are kept by engine = “auto” only",
    ),
    "intake.want_band": (
        "应为两个分钟数 [最少, 最多]，如 [300, 420]",
        "it must be two numbers of minutes [least, most] like [300, 420]",
    ),
    "intake.want_size_or_share": (
        "size（家数）和 share（比例）必须且只能写一个",
        "exactly one of size (sites) and share (part of them) must be given",
    ),
    "intake.want_one_release": (
        "hours_before（出发前几小时）和 at、days_before（哪天几点）只能选一种",
        "either hours_before (before departure) or at and days_before (a day's hour), not both",
    ),
    "intake.want_one_calendar": (
        "同一天不能既是工作日又是节假日",
        "one day cannot be both a workday and a holiday",
    ),
    # teams
    "intake.no_team": ("{file} 里没有检查组", "{file} holds no team"),
    "intake.twin_teams": (
        "{file}：两个检查组的 {key} 相同：“{one}”和“{other}”",
        "{file}: two teams have the same {key}: “{one}” and “{other}”",
    ),
    "intake.twin_people": (
        "{file}：成员 {person} 同时在“{one}”和“{other}”；一人只能在一个组",
        "{file}: the member {person} is in “{one}” and in “{other}”; a person can be in one team only",
    ),
    "intake.want_shift": ("开始须早于结束", "the start must be before the end"),
    "intake.want_lunch_inside": (
        "午休须在班次之内，from 不晚于 to",
        "lunch must lie inside the shift, with from not after to",
    ),
    "intake.want_shifts": ("至少要有一个班次", "at least one shift is needed"),
    "intake.want_apart": ("同一检查组的班次不能重叠", "the shifts of one team must not overlap"),
    "intake.want_members": ("检查组至少要有一名成员", "a team needs at least one member"),
    "intake.want_point": (
        "应为点 [经度, 纬度]，如 [116.405, 39.905]",
        "it must be a point [longitude, latitude] like [116.405, 39.905]",
    ),
    "intake.want_same": (
        "与该组第 {row} 行的“{value}”不同",
        "it differs from “{value}” in row {row} of the same team",
    ),
    "intake.want_flag": ("应为 是 或 否", "it must be 是 or 否 (yes or no)"),
    "intake.want_fewer_cells": ("这一行的单元格多于表头", "the row has more cells than the header"),
}
