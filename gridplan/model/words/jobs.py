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
