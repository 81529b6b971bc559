"""The columns of every list that is read, as data: key → its headers, Chinese and English."""

from __future__ import annotations

from gridplan.intake.columns import Columns
from gridplan.model.site import VisitMode

_IGNORED = ("序号", "no", "no.")

MODES = {
    "巡查": VisitMode.PATROL,
    "patrol": VisitMode.PATROL,
    "检查": VisitMode.INSPECTION,
    "inspection": VisitMode.INSPECTION,
}

SITE_COLUMNS = Columns(
    names={
        "id": ("id", "编号"),
        "name": ("name", "名称", "机构名称", "单位名称", "小区名称"),
        "kind": ("kind", "类别", "类型", "机构类型"),
        "address": ("address", "地址", "详细地址", "办学地址"),
        "uscc": ("uscc", "统一社会信用代码"),
        "lon": ("lon", "经度", "lng", "x"),
        "lat": ("lat", "纬度", "y"),
        "township": ("township", "乡镇街道", "街道"),
        "community": ("community", "社区", "村", "里"),
        "minutes": ("minutes", "检查时长"),
        "open": ("open", "营业时间"),
        "permit": ("permit", "办学许可证"),
        "licence": ("licence", "营业执照"),
        "status": ("status", "状态"),
        "subject": ("subject", "培训类别", "培训内容", "培训项目", "办学内容", "办学范围", "学科类别"),
        "mode": ("mode", "检查方式"),
        "departments": ("departments", "到场部门"),
        "priority": ("priority", "优先级"),
        "due": ("due", "截止日期"),
        "size": ("size", "规模", "学员数", "人数"),
        "closed": ("closed", "休息日", "关闭日期"),
        "phone": ("phone", "电话", "联系电话", "联系方式", "手机"),
    },
    required=("name",),
    ignored=_IGNORED,
)
SITE_DEFAULTS = ("kind", "mode", "minutes", "open", "departments", "priority", "status")
"""The columns whose empty cells `[sites.defaults]` may fill."""

GAZETTEER_COLUMNS = Columns(
    names={
        "name": ("name", "名称"),
        "kind": ("kind", "类别", "类型"),
        "road": ("road", "道路"),
        "number": ("number", "门牌号"),
        "township": ("township", "乡镇街道", "街道"),
        "community": ("community", "社区", "村", "里"),
        "lon": ("lon", "经度", "lng", "x"),
        "lat": ("lat", "纬度", "y"),
    },
    required=("name", "kind", "lon", "lat"),
    ignored=_IGNORED,
)

HISTORY_COLUMNS = Columns(
    names={
        "site_id": ("site_id", "编号", "点位编号"),
        "date": ("date", "日期"),
        "outcome": ("outcome", "结果", "检查结果"),
        "mode": ("mode", "检查方式"),
    },
    required=("site_id", "date", "outcome"),
    ignored=_IGNORED,
)

TAKEN_COLUMNS = Columns(
    names={
        "site_id": ("site_id", "编号", "点位编号"),
        "date": ("date", "日期"),
        "tier": ("tier", "层级", "实施层级"),
    },
    required=("site_id", "date"),
    ignored=_IGNORED,
)

PIN_COLUMNS = Columns(
    names={
        "id": ("id", "编号", "site_id", "点位编号", "visit", "任务编号"),
        "team": ("team", "检查组"),
        "date": ("date", "日期"),
        "shift": ("shift", "班次"),
    },
    required=("id",),
    ignored=_IGNORED,
)

VISIT_COLUMNS = Columns(
    names={
        "site_id": ("site_id", "编号", "点位编号"),
        "purpose": ("purpose", "事由"),
        "earliest": ("earliest", "最早日期"),
        "due": ("due", "截止日期"),
        "minutes": ("minutes", "检查时长"),
    },
    required=("site_id", "purpose"),
    ignored=_IGNORED,
)

OWNER_COLUMNS = Columns(
    names={
        "area_code": ("area_code", "区域编码", "编码"),
        "person": ("person", "责任人", "姓名"),
        "role": ("role", "职务"),
    },
    required=("area_code", "person"),
    ignored=_IGNORED,
)

TEAM_COLUMNS = Columns(
    names={
        "team": ("team", "检查组"),
        "member": ("member", "成员", "姓名"),
        "department": ("department", "部门"),
        "certified": ("certified", "持证"),
        "base_name": ("base_name", "集合地点"),
        "base_lon": ("base_lon", "集合地点经度"),
        "base_lat": ("base_lat", "集合地点纬度"),
        "shift_start": ("shift_start", "上班"),
        "shift_end": ("shift_end", "下班"),
        "lunch_start": ("lunch_start", "午休开始"),
        "lunch_end": ("lunch_end", "午休结束"),
        "mode": ("mode", "出行方式"),
        "home": ("home", "责任街镇"),
    },
    required=("team", "member", "base_lon", "base_lat", "shift_start", "shift_end"),
    ignored=_IGNORED,
)
