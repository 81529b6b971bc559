"""The headers of every answer: only our own scripts and pictures, nothing kept by a cache on the way, nothing told to others."""

from __future__ import annotations

ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    # A position is asked for at check-in only, by our own pages.
    ("Permissions-Policy", "geolocation=(self), camera=(self), microphone=(), payment=(), usb=()"),
    # Others learn nothing; our own pages do, since over https the token check asks where a form came from.
    ("Referrer-Policy", "same-origin"),
)
SECURE = ("Strict-Transport-Security", "max-age=31536000")
PRIVATE = ("Cache-Control", "private, no-store")


def policy(nonce: str = "", pictures: str = "") -> str:
    """Return the content policy of a page whose scripts and styles carry `nonce`, with these sources of pictures besides our own."""
    own = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    return (
        f"default-src 'self'; script-src {own}; style-src {own}; "
        f"img-src 'self' data: {pictures}; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )
