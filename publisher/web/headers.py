"""What every answer of a status site carries, whichever server shows it."""

from __future__ import annotations

SCRIPT = "sha256-a49QzgsiEVN4Mr8IM59rFdsZporft3XDxR2Pv9LyEHg="
"""The one script that a site may run: ours, which tells what passed without a word."""

HEADERS = {
    "Cache-Control": "public, max-age=60",
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'self'; script-src '{SCRIPT}'; img-src 'self'; base-uri 'none';"
        " form-action 'none'; frame-ancestors 'none'"
    ),
}
