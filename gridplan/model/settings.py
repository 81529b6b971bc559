"""Every setting of gridplan in one place: the environment variables and files it reads, what they mean, and which are secret.

Nothing else reads the environment (a test looks). `gridplan doctor` and docs/settings.md are made from these tables.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from gridplan.model.words import Text, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """An environment variable. `default` as a person reads it ("" = none); a `secret` one is never shown."""

    name: str
    default: str = ""
    secret: bool = False

    @property
    def meaning(self) -> Text:
        """What it does (a word of `settings`)."""
        return say(f"settings.{self.name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingFile:
    """A file that gridplan reads or keeps; a `secret` one may be read by its owner only."""

    path: str
    key: str
    secret: bool = False

    @property
    def meaning(self) -> Text:
        """What it holds (a word of `settings`)."""
        return say(f"settings.{self.key}")


SETTINGS = (
    Setting(name="GRIDPLAN_DB", default="sqlite:///var/gridplan.db", secret=True),
    Setting(name="GRIDPLAN_VAR", default="var"),
    Setting(name="GRIDPLAN_QUEUE", default="<database>.queue", secret=True),
    Setting(name="GRIDPLAN_HOST", default="127.0.0.1"),
    Setting(name="PORT", default="8000"),
    Setting(name="GRIDPLAN_PROXY", default="127.0.0.1"),
    Setting(name="GRIDPLAN_LOG", default="info"),
    Setting(name="GRIDPLAN_PHOTO_DAYS"),
    Setting(name="GRIDPLAN_GIS_PASSWORD", secret=True),
    Setting(name="GRIDPLAN_CACHE", default="~/.cache/gridplan"),
    Setting(name="XDG_CACHE_HOME", default="~/.cache"),
    Setting(name="GRIDPLAN_TILES"),
    Setting(name="GRIDPLAN_TILES_DATUM", default="wgs84"),
    Setting(name="GRIDPLAN_TRAVEL_KEY", secret=True),
    Setting(name="GRIDPLAN_AMAP_KEY", secret=True),
    Setting(name="GRIDPLAN_AMAP_URL", default="https://restapi.amap.com"),
    Setting(name="GRIDPLAN_BAIDU_KEY", secret=True),
    Setting(name="GRIDPLAN_BAIDU_URL", default="https://api.map.baidu.com"),
    Setting(name="GRIDPLAN_TIANDITU_KEY", secret=True),
    Setting(name="GRIDPLAN_TIANDITU_URL", default="https://api.tianditu.gov.cn"),
    Setting(name="GRIDPLAN_NOMINATIM_URL", default="https://nominatim.openstreetmap.org"),
    Setting(name="GRIDPLAN_PHOTON_URL", default="https://photon.komoot.io"),
    Setting(name="GRIDPLAN_PELIAS_KEY", secret=True),
    Setting(name="GRIDPLAN_PELIAS_URL"),
)
FILES = (
    SettingFile(path="var/gridplan.db", key="file_db", secret=True),
    SettingFile(path="var/gridplan.db.queue", key="file_queue", secret=True),
    SettingFile(path="var/gridplan.secret", key="file_secret", secret=True),
    SettingFile(path="round.toml", key="file_round"),
    SettingFile(path="mapping.toml", key="file_mapping"),
    SettingFile(path="screening.toml", key="file_screening"),
    SettingFile(path="/etc/gridplan.env", key="file_env", secret=True),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}


def setting(name: str, environ: Mapping[str, str] | None = None) -> str:
    """Return what the environment says of a declared setting, without spaces around; "" where it says nothing.

    Raises
    ------
    KeyError
        There is no such setting: declare it above.
    """
    declared = _BY_NAME[name]
    return (os.environ if environ is None else environ).get(declared.name, "").strip()


def settings_in_use(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return every setting that is set and what it says, secrets included: for programs, never for people."""
    return {name: value for name in _BY_NAME if (value := setting(name, environ))}


def shown_settings(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return every setting that is set as people may read it: of a secret only that there is one."""
    hidden = say("settings.hidden").zh
    return {name: hidden if _BY_NAME[name].secret else value for name, value in settings_in_use(environ).items()}


def undeclared(environ: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return the variables that look like settings of gridplan and are none: probably misspelt."""
    names = os.environ if environ is None else environ
    return tuple(sorted(name for name in names if name.startswith("GRIDPLAN_") and name not in _BY_NAME))


def settings_page(language: str) -> str:
    """Return docs/settings.md, or its Chinese sister, as it is written."""
    word = {
        key: say(f"settings.page_{key}").of(language)
        for key in ("title", "intro", "files", "name", "default", "meaning")
    }
    lines = [f"# {word['title']}", "", word["intro"], ""]
    lines += [f"| {word['name']} | {word['default']} | {word['meaning']} |", "|---|---|---|"]
    for one in SETTINGS:
        secret = say("settings.is_secret").of(language) if one.secret else ""
        default = f"`{one.default}`" if one.default else "—"
        lines.append(f"| `{one.name}` | {default} | {one.meaning.of(language)}{secret} |")
    lines += ["", f"## {word['files']}", "", f"| {word['name']} | {word['meaning']} |", "|---|---|"]
    for file in FILES:
        secret = say("settings.is_private").of(language) if file.secret else ""
        lines.append(f"| `{file.path}` | {file.meaning.of(language)}{secret} |")
    return "\n".join(lines) + "\n"
