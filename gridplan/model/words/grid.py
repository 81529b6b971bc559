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
}
