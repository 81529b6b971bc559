"""Invented names: roads, communities, compounds, offices, schools, people. Any likeness to a real one is chance."""

from __future__ import annotations

from itertools import product

import numpy as np

_ROAD_FIRST = "文锦清永泰和景明德瑞春秋兰桂松柏梅竹荷芳星云霞晴海江溪泉玉金银翠丹紫青素华嘉宁安康福祥"
_ROAD_SECOND = "昌秀源平阳州川岭峰泽湾滨桥塘浦津园苑林山谷河台门城屏辉光华兴盛达通顺宁"
_COMMUNITY_FIRST = "槐柳榆桐杏桃枣梨葵蒲苇菱藕稻麦粟渔樵耕织石沙泥白黄红黑乌赤大小上下前后东西南北中新古长"
_COMMUNITY_SECOND = "荫堤坊巷井坡坪坞墩圩垛渡埠港湖汀洲泊庙阁楼亭庄家屯堡营寨岗沟岔口头"
_COMPOUND_FIRST = ("翡翠", "锦绣", "阳光", "书香", "御景", "丽都", "碧云", "香樟", "望江", "听澜", "云栖", "水岸", "枫丹", "紫荆", "银杏",
                   "玉兰", "和悦", "万和", "盛世", "金色", "都市", "时代", "天悦", "凤鸣", "龙吟", "鹭鸣", "浅水", "半山", "星河", "月光",
                   "朗月", "雅居", "绿洲", "汇景", "春晓", "秋月", "梧桐", "丁香", "海棠", "芙蓉", "麒麟", "吉祥", "幸福", "团结", "向阳",
                   "朝晖", "晨曦", "明珠", "琥珀", "珊瑚")  # fmt: skip
_COMPOUND_LAST = ("花园", "家园", "小区", "名邸", "公馆", "新村", "华庭", "雅苑", "佳苑", "湾", "里", "城")
_OFFICE_FIRST = ("金茂", "恒通", "汇智", "创新", "国瑞", "华信", "中盛", "鼎新", "云谷", "联合", "东方", "环宇", "启明", "宏泰", "天工",
                 "博雅", "嘉禾", "银河", "新纪", "万象")  # fmt: skip
_OFFICE_LAST = ("大厦", "商务中心", "广场", "写字楼", "国际中心")
_BRAND_FIRST = ("启", "思", "知", "博", "乐", "童", "新", "优", "佳", "智",
                "卓", "育", "慧", "晨", "星", "蓝", "小", "朗", "跃", "致")  # fmt: skip
_BRAND_SECOND = ("航", "源", "行", "学", "学园", "林", "苗", "贝", "能", "达",
                 "美", "方", "羽", "阶", "帆", "桥", "蕾", "杉", "鸣", "远")  # fmt: skip
_INSTITUTION_LAST = ("文化培训学校", "艺术培训中心", "科技培训中心", "体育培训中心", "教育培训学校", "美术培训学校", "音乐培训中心",
                     "编程培训中心", "书法培训中心", "舞蹈培训学校")  # fmt: skip
_CHILDCARE_LAST = ("托管中心", "午托班", "小饭桌", "晚托中心", "课后托管", "学生之家")
_POIS = ("中心小学", "实验小学", "初级中学", "中心幼儿园", "卫生院", "农贸市场",
         "文化站", "派出所", "邮政所", "体育馆", "图书馆", "汽车站")  # fmt: skip
_SURNAMES = "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹章苏潘葛范彭鲁韦马方任袁柳"
_GIVEN_FIRST = "晓文志建海春秋雨思子一明嘉若清永立景安佳"
_GIVEN_SECOND = "岚然宁远舟川平峰霖萍芸琪凡城柏棠源禾青越"


def _shuffled(words: list[str], count: int, rng: np.random.Generator) -> list[str]:
    distinct = list(dict.fromkeys(words))
    return [distinct[n] for n in rng.permutation(len(distinct))[:count]]


def road_stems(count: int, rng: np.random.Generator) -> list[str]:
    """Return `count` distinct stems of two characters: 文昌, 锦秀 …"""
    pairs = (*product(_ROAD_FIRST, _ROAD_SECOND), *product(_ROAD_FIRST, _ROAD_FIRST[::3]))
    return _shuffled([a + b for a, b in pairs if a != b], count, rng)


def community_names(count: int, rng: np.random.Generator) -> list[str]:
    """Return `count` distinct stems of two characters: 槐荫, 柳堤 …"""
    return _shuffled([a + b for a, b in product(_COMMUNITY_FIRST, _COMMUNITY_SECOND)], count, rng)


def compound_names(count: int, rng: np.random.Generator) -> list[str]:
    """Return `count` distinct names of residential compounds."""
    return _shuffled([a + b for a, b in product(_COMPOUND_FIRST, _COMPOUND_LAST)], count, rng)


def office_names(count: int, rng: np.random.Generator) -> list[str]:
    """Return `count` distinct names of office buildings."""
    return _shuffled([a + b for a, b in product(_OFFICE_FIRST, _OFFICE_LAST)], count, rng)


def school_names(count: int, rng: np.random.Generator, *, childcare: bool) -> list[str]:
    """Return `count` distinct names of training institutions or childcare places."""
    last = _CHILDCARE_LAST if childcare else _INSTITUTION_LAST
    brands = _shuffled([a + b for a, b in product(_BRAND_FIRST, _BRAND_SECOND)], count, rng)
    return [brand + last[int(rng.integers(len(last)))] for brand in brands]


def landmark_names(town: str) -> list[str]:
    """Return the public places each township has."""
    stem = town.removesuffix("街道").removesuffix("镇").removesuffix("乡")
    return [stem + poi for poi in _POIS]


def people_names(count: int, rng: np.random.Generator) -> list[str]:
    """Return `count` distinct names of persons."""
    return _shuffled([a + b + c for a, b, c in product(_SURNAMES, _GIVEN_FIRST, _GIVEN_SECOND)], count, rng)
