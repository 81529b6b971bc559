"""Words of the grid: boundary files and what is wrong with them."""

WORDS = {
    "grid.no_files": (
        "{folder}/ 里没有边界文件（*.geojson、*.gpkg 或 *.shp）",
        "{folder}/ holds no boundary file (*.geojson, *.gpkg or *.shp)",
    ),
    "grid.nothing_usable": (
        "{folder}/ 的边界文件里没有一个可用的面",
        "no polygon in {folder}/ can be used",
    ),
    "grid.empty_file": ("{file} 是空文件", "{file} is empty"),
    "grid.no_features": ("{file} 里没有要素", "{file} holds no features"),
    "grid.too_large": (
        "{file} 有 {size_mb} MB，超过上限 {limit_mb} MB",
        "{file} has {size_mb} MB, the limit is {limit_mb} MB",
    ),
    "grid.not_this_format": (
        "{file} 的内容不是它名字所说的格式；只读 GeoJSON（FeatureCollection）、GeoPackage 和 Shapefile",
        "{file} is not what its name says; only GeoJSON (FeatureCollection), GeoPackage and Shapefile are read",
    ),
    "grid.many_layers": (
        "{file} 有多个图层（{layers}），请只留一个",
        "{file} has several layers ({layers}); keep one",
    ),
    "grid.bad_feature": ("{file} 第 {row} 个要素看不懂", "cannot read feature {row} of {file}"),
    "grid.shapefile_part": (
        "{file} 缺少同名文件 {part}，请一并放入",
        "{file} needs {part} beside it",
    ),
    "grid.encoding": (
        "{file} 的文字既不是 UTF-8 也不是 GB18030，请附上 .cpg 文件",
        "the text of {file} is neither UTF-8 nor GB18030; add a .cpg file",
    ),
    "grid.unknown_crs": (
        "{file} 没有说明坐标系，或坐标系不认识；请注明（例如 EPSG:4326 或 EPSG:4490）",
        "{file} does not say its coordinate system, or an unknown one; name it (such as EPSG:4326 or EPSG:4490)",
    ),
    "grid.not_degrees": (
        "{file} 第 {row} 个要素的坐标不是经纬度；请注明坐标系",
        "the coordinates of feature {row} of {file} are not degrees; name the coordinate system",
    ),
    "grid.latitude_first": (
        "{file} 第 {row} 个要素像是纬度在前；应经度在前",
        "feature {row} of {file} seems to have latitude first; longitude comes first",
    ),
    "grid.inexact_number": (
        "{file} 第 {row} 个要素的“{column}”是数字 {value}，太大，末几位已丢失；编码请存成文本",
        "“{column}” of feature {row} of {file} is the number {value}, too large to be exact; store codes as text",
    ),
    "grid.missing_column": (
        '{file} 缺少列“{column}”（现有：{found}）；可在 mapping.toml 的 [areas."{file}"] 里指明',
        '{file} lacks the column “{column}” (found: {found}); name it in [areas."{file}"] of mapping.toml',
    ),
    "grid.mapped_file": (
        "mapping.toml 提到的边界文件 {file} 不存在（现有：{files}）",
        "mapping.toml names the boundary file {file}, which is not there (found: {files})",
    ),
    "grid.mapped_key": (
        'mapping.toml 的 [areas."{file}"] 里没有“{word}”这个键，最接近的是“{nearest}”',
        '[areas."{file}"] of mapping.toml knows no key “{word}”; the nearest is “{nearest}”',
    ),
    "grid.scheme_level": (
        "mapping.toml 的 [areas.scheme] 里没有“{level}”这一级（可用：{known}）",
        "[areas.scheme] of mapping.toml knows no level “{level}” (known: {known})",
    ),
    "grid.scheme_length": (
        "mapping.toml 的 [areas.scheme] 里 {level} 的编码长度应是正整数，不是“{length}”",
        "the code length of {level} in [areas.scheme] of mapping.toml must be a positive integer, not “{length}”",
    ),
    "grid.unknown_level": (
        "{file} 第 {row} 个要素的层级“{value}”不认识，已略去；可用 district、county、township、community、cell",
        "unknown level “{value}” of feature {row} of {file}, left out; known: district, county, township, community, cell",
    ),
    "grid.no_code": (
        "{file} 第 {row} 个要素（{value}）没有编码，已略去",
        "feature {row} of {file} ({value}) has no code, left out",
    ),
    "grid.no_polygon": (
        "{file} 第 {row} 个要素（{value}）不是面，已略去",
        "feature {row} of {file} ({value}) is no polygon, left out",
    ),
    "grid.no_name": (
        "{file} 第 {row} 个要素没有名称，以编码 {code} 代替",
        "feature {row} of {file} has no name, its code {code} stands for it",
    ),
    "grid.mended": (
        "{file} 第 {row} 个要素“{name}”（{code}）的边界自相交，已在副本中修补：面积由 {before} 变为 {after} 平方米（{change}）",
        "the boundary of “{name}” ({code}), feature {row} of {file}, crosses itself; mended in a copy: "
        "{before} → {after} m² ({change})",
    ),
    "grid.code_twice": (
        "编码 {code} 出现两次：{one} 与 {other}",
        "the code {code} stands twice: {one} and {other}",
    ),
    "grid.code_length": (
        "“{name}”的编码 {code} 有 {found} 位，方案规定 {length} 位",
        "the code {code} of “{name}” has {found} characters, the scheme says {length}",
    ),
    "grid.district_made": (
        "没有区界，已用 {count} 个{level}的并集作为“{name}”（编码 {code}）",
        "no district polygon: the union of {count} areas of level {level} serves as “{name}” (code {code})",
    ),
    "grid.orphan": (
        "“{name}”（{code}）的上级 {parent} 不存在，改归 {instead}",
        "the parent {parent} of “{name}” ({code}) does not exist; put under {instead}",
    ),
    "grid.strayed": (
        "“{name}”（{code}）大半在其上级“{parent}”之外",
        "most of “{name}” ({code}) lies outside its parent “{parent}”",
    ),
    "grid.overlap": (
        "“{one}”与“{other}”重叠 {area_m2} 平方米",
        "“{one}” and “{other}” overlap by {area_m2} m²",
    ),
    "grid.slivers": (
        "{level}之间另有 {count} 处小重叠，共 {area_m2} 平方米",
        "{count} further small overlaps between areas of level {level}, {area_m2} m² in all",
    ),
    "grid.scheme_order": (
        "[areas.scheme] 里 {finer} 的编码（{length} 位）应比 {wider}（{shorter} 位）长",
        "in [areas.scheme] the codes of {finer} ({length}) must be longer than those of {wider} ({shorter})",
    ),
    "grid.scheme_short": (
        "编码方案没有给出比 {parent} 更长的{level}编码；请在 mapping.toml 的 [areas.scheme] 里写明",
        "the scheme gives no codes of level {level} longer than {parent}; say it in [areas.scheme] of mapping.toml",
    ),
    "grid.codes_used_up": (
        "{parent} 之下的 {width} 位序号已用完",
        "all numbers of {width} digits under {parent} are used up",
    ),
    "grid.code_long": (
        "编码 {code} 有 {found} 位，方案规定 {length} 位",
        "the code {code} has {found} characters, the scheme says {length}",
    ),
    "grid.code_digits": ("编码 {code} 不全是数字", "the code {code} is not all digits"),
    "grid.code_prefix": (
        "编码 {code} 不以上级“{parent}”的编码 {prefix} 开头",
        "the code {code} does not begin with {prefix}, the code of its parent “{parent}”",
    ),
    "grid.outside": (
        "“{name}”（{code}）有 {area_m2} 平方米在上级“{parent}”之外",
        "{area_m2} m² of “{name}” ({code}) lie outside its parent “{parent}”",
    ),
    "grid.gap": (
        "“{parent}”内有 {area_m2} 平方米没有划给任何{level}",
        "{area_m2} m² inside “{parent}” belong to no area of level {level}",
    ),
    "grid.gap_sliver": (
        "“{parent}”内有细缝 {area_m2} 平方米（宽约 {width_m} 米）不属于任何{level}",
        "a sliver of {area_m2} m² (about {width_m} m wide) inside “{parent}” belongs to no area of level {level}",
    ),
    "grid.overlap_sliver": (
        "“{one}”与“{other}”有细小重叠 {area_m2} 平方米",
        "“{one}” and “{other}” overlap by a sliver of {area_m2} m²",
    ),
    "grid.no_children": (
        "“{name}”（{code}）之下没有{level}",
        "“{name}” ({code}) has no area of level {level} in it",
    ),
    "grid.odd_size": (
        "“{name}”（{code}）面积 {area_m2} 平方米，与同级中位数 {median_m2} 平方米相差悬殊",
        "“{name}” ({code}) has {area_m2} m², far from its level's median of {median_m2} m²",
    ),
    "grid.name_twice": (
        "“{parent}”之下有两个“{name}”：{one} 与 {other}",
        "two areas under “{parent}” are called “{name}”: {one} and {other}",
    ),
    "grid.no_owner": (
        "“{name}”（{code}）及其上级都没有包干责任人",
        "neither “{name}” ({code}) nor any area above it has an owner",
    ),
    "grid.unreadable": ("{problem}", "{problem}"),
    "grid.check_summary": (
        "共 {areas} 个区域：错误 {error} 条，警告 {warning} 条，提示 {info} 条；见 {out}/faults.csv 与 {out}/map.html",
        "{areas} areas: {error} errors, {warning} warnings, {info} notes; see {out}/faults.csv and {out}/map.html",
    ),
    "grid.mend_summary": (
        "共 {areas} 个区域，修改 {changed} 个；补缝 {gaps_m2} 平方米，消除重叠 {overlaps_m2} 平方米，合计面积偏差 {drift_m2} 平方米；原文件未改动",
        "{areas} areas, {changed} changed; {gaps_m2} m² of gaps closed, {overlaps_m2} m² of overlaps taken out, the sum "
        "is off by {drift_m2} m²; the input was not touched",
    ),
    "grid.mend_lost": (
        "“{name}”（{code}）的全部面积与他处重叠，修补会使其消失；请先在图上改好",
        "all of “{name}” ({code}) is overlapped by others and mending would take it away; correct it on the map first",
    ),
    "grid.done_validity": ("修正自相交", "made valid"),
    "grid.done_border": ("边界对齐（补缝或去重叠）", "border aligned (gap closed or overlap taken out)"),
    "grid.done_nothing": ("未改动", "unchanged"),
    "grid.map_faults": ("网格检查：红色为问题", "check of the grid: faults in red"),
    "grid.map_mended": ("网格修补：红色为改动之处", "mended grid: changes in red"),
    "grid.no_area": ("网格里没有编码 {code}", "the grid holds no area {code}"),
    "grid.has_areas_below": (
        "{name}（{code}）下面还有网格，只能拆分或合并最末一级",
        "{name} ({code}) has areas below it; only the finest can be split or merged",
    ),
    "grid.not_parted": (
        "{name}（{code}）无法这样拆开：画的线没有穿过它，或只有一块",
        "{name} ({code}) cannot be parted so: the line does not cross it, or it stays one piece",
    ),
    "grid.changed_meanwhile": (
        "网格刚被别人改过，什么都没有动；请重新查看后再操作",
        "somebody has changed the grid meanwhile; nothing was done, look again",
    ),
    "grid.merge_what": (
        "请给出两个以上同一上级、同一级别的网格",
        "name two or more areas of one level under one parent",
    ),
    "grid.merge_apart": ("{names} 不相邻，合并后不成一片", "{names} are no neighbours: they would not be in one piece"),
    "grid.no_line": (
        "{file} 里没有可用的线（GeoJSON，WGS-84，LineString）",
        "{file} holds no usable line (GeoJSON, WGS-84, LineString)",
    ),
    "grid.codes_count": (
        "拆出 {count} 块，却给了 {given} 个编码（每块一个，不能重复）",
        "{count} pieces, but {given} codes were given (one each, all different)",
    ),
    "grid.code_taken": ("编码 {code} 用过了，不能再用", "code {code} is or was in use"),
    "grid.give_codes": (
        "{code} 的编码不是上级编码加数字，请用 --codes 给出新编码",
        "the code {code} is not its parent's with digits; give the new codes with --codes",
    ),
    "grid.changed": ("原为：{before}；现为：{after}", "before: {before}; now: {after}"),
    "grid.map_cells": ("划分的单元网格", "cells made"),
    "grid.head_severity": ("程度", "severity"),
    "grid.head_kind": ("类别", "kind"),
    "grid.head_file": ("文件", "file"),
    "grid.head_row": ("行号", "row"),
    "grid.head_code": ("编码", "code"),
    "grid.head_name": ("名称", "name"),
    "grid.head_text": ("说明", "what is wrong"),
    "grid.head_before_m2": ("修补前（平方米）", "before (m²)"),
    "grid.head_after_m2": ("修补后（平方米）", "after (m²)"),
    "grid.head_done": ("处理", "what was done"),
    "grid.cells_there": ("这个文件夹已经有单元网格，没有另划", "the folder has cells already; none were made"),
    "grid.no_communities": ("没有社区（村）边界，无法划分单元网格", "there are no communities to part into cells"),
    "grid.cells_summary": (
        "{communities} 个社区、{sites} 个点位，划分为 {cells} 个单元网格；见 {out}/cells.geojson 与 map.html",
        "{communities} communities with {sites} sites parted into {cells} cells; see {out}/cells.geojson and map.html",
    ),
}
