"""A phone that trusts the office's authority trusts its server, and that authority is good for nothing else."""

from __future__ import annotations

import socket
import ssl
import stat
import subprocess
import threading

import pytest

from gridplan.cli import main
from gridplan.model.errors import InputError
from gridplan.services.operation.https import make_https


def greet(folder, host):
    """Speak tls with a server that has the folder's certificate, as one that trusts the folder's authority."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "server.crt", folder / "server.key")
    client = ssl.create_default_context(cafile=folder / "ca.crt")
    near, far = socket.socketpair()

    def answer():
        try:
            with server.wrap_socket(far, server_side=True) as secure:
                secure.sendall(b"hello")
        except (ssl.SSLError, OSError):
            far.close()

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        with client.wrap_socket(near, server_hostname=host) as secure:
            return secure.recv(5)
    finally:
        thread.join()


def test_a_phone_with_the_authority_trusts_the_server_by_name_and_by_address(tmp_path):
    made = make_https(tmp_path / "tls", ["gridplan.office.example", "10.20.30.40"], organisation="示例区教育局")
    assert greet(tmp_path / "tls", "gridplan.office.example") == greet(tmp_path / "tls", "10.20.30.40") == b"hello"
    with pytest.raises(ssl.SSLCertVerificationError):
        greet(tmp_path / "tls", "bank.example")
    assert len(made["fingerprint"]) == 95
    for name in ("ca.key", "server.key"):
        assert stat.S_IMODE((tmp_path / "tls" / name).stat().st_mode) == 0o600
    settings = (tmp_path / "tls" / "nginx.conf").read_text("utf-8")
    assert "gridplan.office.example 10.20.30.40" in settings and "X-Forwarded-Proto https" in settings


def test_made_again_the_server_gets_a_new_certificate_and_phones_need_nothing_new(tmp_path):
    first = make_https(tmp_path / "tls", ["gridplan.example"])
    old = (tmp_path / "tls" / "server.crt").read_bytes()
    again = make_https(tmp_path / "tls", ["gridplan.example"])
    assert (first["authority_kept"], again["authority_kept"]) == (False, True)
    assert first["fingerprint"] == again["fingerprint"] and old != (tmp_path / "tls" / "server.crt").read_bytes()
    assert greet(tmp_path / "tls", "gridplan.example") == b"hello"


def test_the_authority_signs_for_no_other_host(tmp_path):
    make_https(tmp_path / "tls", ["gridplan.example"])
    with pytest.raises(InputError, match="只能签原来的主机"):
        make_https(tmp_path / "tls", ["bank.example"])
    assert greet(tmp_path / "tls", "gridplan.example") == b"hello"


@pytest.mark.parametrize("host", ["", "a b", "x;y", "-bad", "https://x.example"])
def test_what_is_no_host_is_refused(tmp_path, host):
    with pytest.raises(InputError):
        make_https(tmp_path / "tls", [host])
    assert not (tmp_path / "tls").exists()


def test_the_command_makes_the_folder(tmp_path, capsys):
    assert main(["https", "gridplan.example", "--out", str(tmp_path / "tls"), "--json"]) == 0
    assert '"days": 820' in capsys.readouterr().out
    told = subprocess.run(
        ["openssl", "x509", "-in", str(tmp_path / "tls/server.crt"), "-noout", "-text"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "DNS:gridplan.example" in told and "TLS Web Server Authentication" in told
