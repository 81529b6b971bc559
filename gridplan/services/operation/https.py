"""HTTPS for an intranet: a certificate authority of the office's own, a certificate for its server, and settings for nginx and Caddy.

A phone installs an app and keeps a day only from an https address; an intranet's address gets no public certificate.
"""

from __future__ import annotations

import ipaddress
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import Any

from gridplan.model.errors import InputError
from gridplan.model.words import say
from gridplan.services.folders.folder import folder_at_once

CA_DAYS, SERVER_DAYS = 3650, 820
"""Phones refuse a server's certificate that holds longer than 825 days, also from an authority of one's own."""
CA_KEY, CA, KEY, CERTIFICATE = "ca.key", "ca.crt", "server.key", "server.crt"
_NAME = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)

NGINX = """\
# nginx: {first} → gridplan（python -m web --behind-proxy）
server {{
    listen 443 ssl;
    server_name {names};
    ssl_certificate     {folder}/server.crt;
    ssl_certificate_key {folder}/server.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    client_max_body_size 210m;
    location / {{
        proxy_pass http://127.0.0.1:8000;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto https;
    }}
}}
server {{
    listen 80;
    server_name {names};
    location = /ca.crt {{ root {folder}; types {{ }} default_type application/x-x509-ca-cert; }}
    location / {{ return 301 https://$host$request_uri; }}
}}
"""
CADDY = """\
# Caddy
{sites} {{
    tls {folder}/server.crt {folder}/server.key
    reverse_proxy 127.0.0.1:8000
}}
{plain} {{
    handle /ca.crt {{
        root * {folder}
        file_server
    }}
    handle {{
        redir https://{{host}}{{uri}}
    }}
}}
"""


def make_https(out: Path, hosts: Sequence[str], *, organisation: str = "gridplan") -> dict[str, Any]:
    """Write authority, certificate and settings for `hosts` (names and addresses) into the folder `out`.

    The authority can sign for these hosts only: a key that is lost opens nothing else. For a folder that has one already it is
    kept, and the server gets a new certificate; then the phones need nothing new.

    Raises
    ------
    InputError
        No host was named, one cannot be read, the kept authority may not sign for it, or openssl is not there.
    """
    names, addresses = _hosts(hosts)
    if which("openssl") is None:
        raise InputError(say("phone.no_openssl"))
    kept = (out / CA_KEY).is_file() and (out / CA).is_file()
    before = {name: (out / name).read_bytes() for name in (CA_KEY, CA)} if kept else {}
    folder = out.absolute()
    with folder_at_once(out) as work:
        for name, content in before.items():
            (work / name).write_bytes(content)
        if not kept:
            _authority(work, names, addresses, organisation)
        _server(work, names, addresses)
        text = {"first": hosts[0], "names": " ".join(hosts), "folder": folder, "sites": ", ".join(hosts)}
        text["plain"] = ", ".join(f"http://{host}" for host in hosts)
        (work / "nginx.conf").write_text(NGINX.format(**text), "utf-8")
        (work / "Caddyfile").write_text(CADDY.format(**text), "utf-8")
        for name in (CA_KEY, KEY):
            (work / name).chmod(0o600)
    return {
        "folder": str(out),
        "hosts": list(hosts),
        "authority_kept": kept,
        "days": SERVER_DAYS,
        "fingerprint": _openssl("x509", "-in", out / CA, "-noout", "-fingerprint", "-sha256").strip().partition("=")[2],
    }


def _hosts(hosts: Sequence[str]) -> tuple[list[str], list[str]]:
    names, addresses = [], []
    for host in hosts:
        try:
            addresses.append(str(ipaddress.ip_address(host)))
        except ValueError:
            if not _NAME.fullmatch(host):
                raise InputError(say("phone.bad_host", host=host)) from None
            names.append(host)
    if not hosts:
        raise InputError(say("phone.no_host"))
    return names, addresses


def _authority(work: Path, names: Sequence[str], addresses: Sequence[str], organisation: str) -> None:
    permitted = [f"permitted;DNS:{name}" for name in names] or ["permitted;DNS:gridplan.invalid"]
    for address in addresses:
        mask = "255.255.255.255" if "." in address else "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
        permitted.append(f"permitted;IP:{address}/{mask}")
    if not addresses:
        permitted += ["excluded;IP:0.0.0.0/0.0.0.0", "excluded;IP:0:0:0:0:0:0:0:0/0:0:0:0:0:0:0:0"]
    settings = (
        "[req]\ndistinguished_name=dn\nx509_extensions=ca\nprompt=no\nutf8=yes\nstring_mask=utf8only\n"
        f"[dn]\nO={_plain(organisation)}\nCN={_plain(organisation)} CA\n"
        "[ca]\nbasicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n"
        f"nameConstraints=critical,{','.join(permitted)}\n"
    )
    with _config(settings) as config:
        _key(work / CA_KEY)
        _openssl("req", "-x509", "-new", "-sha256", "-key", work / CA_KEY, "-days", CA_DAYS, "-config", config, "-out", work / CA)  # fmt: skip


def _server(work: Path, names: Sequence[str], addresses: Sequence[str]) -> None:
    san = ",".join([*(f"DNS:{name}" for name in names), *(f"IP:{address}" for address in addresses)])
    settings = (
        f"[req]\ndistinguished_name=dn\nprompt=no\n[dn]\nCN={(names or addresses)[0]}\n"
        "[server]\nbasicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n"
        f"subjectAltName={san}\nauthorityKeyIdentifier=keyid\n"
    )
    with tempfile.TemporaryDirectory(dir=work) as side, _config(settings) as config:
        request, leaf = Path(side) / "request", Path(side) / "leaf"
        _key(work / KEY)
        _openssl("req", "-new", "-key", work / KEY, "-config", config, "-out", request)
        _openssl(
            "x509", "-req", "-sha256", "-in", request, "-CA", work / CA, "-CAkey", work / CA_KEY, "-set_serial",
            f"0x{os.urandom(16).hex()}", "-days", SERVER_DAYS, "-extfile", config, "-extensions", "server", "-out", leaf,
        )  # fmt: skip
        if _openssl("verify", "-CAfile", work / CA, leaf, fails=True) is None:
            raise InputError(say("phone.other_hosts"))
        (work / CERTIFICATE).write_bytes(leaf.read_bytes() + (work / CA).read_bytes())


def _plain(text: str) -> str:
    """Return a name as it may stand in openssl's settings."""
    return re.sub(r"[^\w .-]", "", text)[:60].strip() or "gridplan"


@contextmanager
def _config(text: str) -> Iterator[Path]:
    """Give openssl's settings as a private file, for the time of the block."""
    with tempfile.TemporaryDirectory(prefix="gridplan-") as folder:
        path = Path(folder) / "openssl.cnf"
        path.write_text(text, "utf-8")
        yield path


def _key(path: Path) -> None:
    path.touch(mode=0o600)
    _openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path)


def _openssl(*words: object, fails: bool = False) -> Any:
    done = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, check=False, timeout=60)
    if done.returncode and fails:
        return None
    if done.returncode:
        raise InputError(say("phone.openssl_failed", problem=(done.stderr.strip().splitlines() or ["?"])[-1]))
    return done.stdout
