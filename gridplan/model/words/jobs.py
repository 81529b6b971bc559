"""Words of the queue and its workers."""

WORDS = {
    "jobs.no_job": ("没有后台任务 {job}", "there is no job {job}"),
    "jobs.queued": ("排队中", "waiting"),
    "jobs.running": ("进行中", "running"),
    "jobs.done": ("已完成", "done"),
    "jobs.failed": ("失败", "failed"),
    "jobs.cancelled": ("已取消", "cancelled"),
    "jobs.in_memory": (
        "内存里的数据库不能有后台任务，请用文件",
        "a database in memory can have no jobs; use a file",
    ),
    "jobs.bad_queue": (
        "GRIDPLAN_QUEUE 无法使用：应以 {known} 开头",
        "GRIDPLAN_QUEUE cannot be used: it should begin with {known}",
    ),
    "jobs.no_redis": (
        "没有安装 Redis 的驱动：pip install 'gridplan[scale]'",
        "the driver for Redis is not installed: pip install 'gridplan[scale]'",
    ),
    "jobs.not_again": (
        "只有失败或取消了的任务可以重试",
        "only a job that failed or was cancelled can be tried again",
    ),
    "jobs.unknown_kind": ("没有处理“{kind}”的程序", "nothing here can do the job “{kind}”"),
    "jobs.broke": (
        "程序内部出错，任务没有完成；详情在运行日志里，编号 {job}",
        "the program broke down and the job was not finished; the details are in the log under {job}",
    ),
    "jobs.gave_up": (
        "任务中断了 {attempts} 次，不再重试",
        "the job was cut short {attempts} times and is not tried again",
    ),
}
