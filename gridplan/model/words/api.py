"""Words of the interface for programs."""

WORDS = {
    "api.no_token": ("没有令牌 {token}", "there is no token {token}"),
    "api.bad_days": (
        "令牌的有效期须为 1 到 {most} 天，不是 {days}",
        "a token is good for 1 to {most} days, not {days}",
    ),
    "api.no_name": ("令牌要有名称和至少一项权限", "a token needs a name and at least one scope"),
    "api.unauthorised": (
        "令牌缺失、不认识、已过期或已作废",
        "the token is missing, unknown, over or revoked",
    ),
    "api.no_scope": ("令牌没有“{scope}”权限", "the token lacks the scope “{scope}”"),
    "api.not_yours": ("您的角色（{role}）不能这样做", "your role ({role}) may not do this"),
    "api.bad_after": ("after 应为上一页给出的值", "`after` must be what the page before gave"),
    "api.invalid": ("请求里有不对的字段：{fields}", "fields of the request are wrong: {fields}"),
    "api.error_400": ("请求看不懂", "the request cannot be understood"),
    "api.error_401": ("请用令牌访问", "a token is needed"),
    "api.error_403": ("没有权限", "this is not allowed"),
    "api.error_404": ("没有这个地址或对象", "there is no such address or object"),
    "api.error_405": ("这个地址不支持该方法", "this address does not take that method"),
    "api.error_413": ("请求太大", "the request is too large"),
    "api.error_415": ("请求应为 JSON", "the request must be JSON"),
    "api.error_429": ("请求太频繁，请稍后再试", "too many requests; try again later"),
    "api.error_500": (
        "服务出错，请把编号 {id} 告诉管理员",
        "the service broke; tell the administrator the number {id}",
    ),
    "api.error_428": (
        "请带上您看到的版本：version 字段，或 If-Match",
        "send the version that you saw: the field `version`, or If-Match",
    ),
    "api.bad_key": ("Idempotency-Key 应为 1 到 64 个 ASCII 字符", "Idempotency-Key must be 1 to 64 ASCII characters"),
    "api.other_call": (
        "这个 Idempotency-Key 已用于另一次请求",
        "this Idempotency-Key was another call's",
    ),
    "api.call_under_way": (
        "同一 Idempotency-Key 的请求还没有结束，或中途断了；请先查看结果",
        "the call with this Idempotency-Key has not ended, or was cut short; look up what it did first",
    ),
    "api.no_lists": ("没有名单“{name}”", "there is no list “{name}”"),
}
