"""Words of the gazetteer that is made from a road file."""

WORDS = {
    "places.bad_out": ("输出应为 .csv 文件，不是“{out}”", "the output must be a .csv file, not “{out}”"),
    "places.no_columns": (
        "{file} 缺少列 {columns}，无法合并；请补上表头，或换一个输出文件名",
        "{file} lacks the columns {columns} and cannot be merged with: add them, or name another output",
    ),
    "places.told": (
        "从道路文件得到地名 {found} 条（兴趣点 {poi}、小区 {compound}、门牌 {door}、道路 {road}、路口 {crossing}，其中内插门牌 {interpolated}），"
        "重复合并 {folded} 条，辖区外 {outside} 条未收",
        "{found} entries from the road file (places {poi}, compounds {compound}, doors {door}, roads {road}, crossings {crossing}; {interpolated} doors "
        "interpolated); {folded} repeated ones folded, {outside} outside of the areas left out",
    ),
    "places.merged": (
        "原有 {kept} 行一行不少，另 {known} 条原来就有；新增 {added} 条，共 {rows} 行，写入 {out}",
        "all {kept} rows that were there are kept and {known} more were known; {added} added, {rows} rows in {out}",
    ),
    "places.spoilt": (
        "{count} 段门牌内插写得不清（缺街名、奇偶不符或不是数字），未使用",
        "interpolations that are unclear (no street, odd and even mixed, or no numbers), not used: {count}",
    ),
}
