"""Makes sure that Chromium and a Chinese font are there: installs Debian's packages where it may, else says which to install."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""How tests start Chromium: it asks nothing of the network by itself."""
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str | None:
    """Return where the system's Chromium is."""
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


def has_chinese_font() -> bool:
    """Whether fontconfig knows a font with Chinese letters."""
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout.strip())


def missing_packages() -> list[str]:
    """Return Debian's names of what is missing."""
    missing = [] if chromium_path() else ["chromium"]
    return missing if has_chinese_font() else [*missing, "fonts-noto-cjk"]


def main() -> int:
    """Install what is missing; 0 when all is there in the end."""
    missing = missing_packages()
    if missing and shutil.which("apt-get") and os.geteuid() == 0:
        env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        print(f"安装 / installing: {' '.join(missing)}", file=sys.stderr)
        subprocess.run(["apt-get", "update", "-qq"], env=env, check=False)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing],
            env=env,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        missing = missing_packages()
    if missing:
        print(f"测试需要：apt-get install {' '.join(missing)} / the tests need these packages", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
