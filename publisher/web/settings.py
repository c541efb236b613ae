"""Settings of web servers for one site: `announce feed nginx` and `announce feed caddy` print them.

They answer as `announce feed serve` does: short lives in caches, the media types of feeds, and a ``Link`` header with
the hub and the address that the hub knows the file by, without which a WebSub hub refuses to serve it
(w3.org/TR/websub, section 4).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from publisher.adapter.contract import Served
from publisher.adapter.media import MEDIA_TYPES, media_type
from publisher.model.errors import Refused
from publisher.web.headers import HEADERS


def nginx(site: Served, folder: str) -> str:
    """A ``server`` block, and a ``map`` before it, for a file that nginx's ``http`` block includes."""
    host, folder = _host(site), _plain(folder)
    own = {name: media_type(name) for name in site.files if media_type(name) != _BY_SUFFIX.get(_suffix(name))}
    return "\n".join(
        [
            *_nginx_links(site),
            "server {",
            "    listen 443 ssl;" if _is_safe(site) else "    listen 80;",
            f"    server_name {host};",
            *(["    # ssl_certificate and ssl_certificate_key go here"] if _is_safe(site) else []),
            f'    root "{folder}";',
            _NGINX,
            *(f'    add_header {name} "{value}" always;' for name, value in HEADERS.items()),
            "    add_header Vary Accept-Encoding always;",
            *(["    add_header Link $announce_link always;"] if site.links else []),
            "",
            "    location / { limit_except GET { deny all; } }",
            r"    location ~ /\. { return 404; }",
            *(
                f"    location = /{name} {{ types {{}} default_type {kind.partition(';')[0]}; }}"
                for name, kind in own.items()
            ),
            "}",
            "",
        ]
    )


def caddy(site: Served, folder: str) -> str:
    """A site's block of a Caddyfile."""
    _host(site)
    return "\n".join(
        [
            f"{site.url.rstrip('/')} {{",
            f'\troot * "{_plain(folder)}"',
            "\t@hidden path */.*",
            "\trespond @hidden 404",
            "\tencode gzip",
            "\theader {",
            *(f'\t\t{name} "{value}"' for name, value in HEADERS.items()),
            "\t\tVary Accept-Encoding",
            "\t\tdefer",
            "\t}",
            *(f'\theader /{name} Content-Type "{media_type(name)}"' for name in site.files),
            *(f"\theader /{name} Link `{link}`" for name, link in site.links.items()),
            "\t@writing not method GET HEAD",
            "\trespond @writing 405",
            "\tfile_server",
            "}",
            "",
        ]
    )


def _nginx_links(site: Served) -> Iterator[str]:
    if site.links:
        yield "map $uri $announce_link {"
        yield from (f"    /{name} '{link}';" for name, link in site.links.items())
        yield "}"
        yield ""


def _is_safe(site: Served) -> bool:
    return site.url.startswith("https:")


def _host(site: Served) -> str:
    parts = urlsplit(site.url)
    if parts.path.strip("/"):
        raise Refused(
            f"{site.url} is a folder of a site, and these settings are for a host of its own",
            hint="take from docs/serving.md what your server lacks",
        )
    return parts.hostname or ""


def _plain(folder: str) -> str:
    """Raises Refused for a path in which a web server would see more than a path."""
    if re.search(r'["$\\{}`\s]', folder):
        raise Refused(
            f"the folder {folder} has a character that web servers read otherwise",
            hint="name it without blanks, quotes, braces, backslashes and $",
        )
    return folder


def _suffix(name: str) -> str:
    return "." + name.rpartition(".")[2]


_BY_SUFFIX = {suffix: kind for suffix, kind in MEDIA_TYPES.items() if suffix.startswith(".")}

_NGINX = """\
    index index.html;
    disable_symlinks on from=$document_root;
    server_tokens off;
    absolute_redirect off;
    if_modified_since before;

    types {
        text/html html;
        text/css css;
        text/calendar ics;
        image/png png;
        image/svg+xml svg;
        image/x-icon ico;
        application/json json;
    }
    default_type application/octet-stream;
    charset utf-8;
    charset_types text/css text/calendar image/svg+xml application/rss+xml application/atom+xml
        application/feed+json application/opensearchdescription+xml;

    gzip on;
    gzip_min_length 256;
    gzip_types text/css text/calendar image/svg+xml application/json application/rss+xml application/atom+xml
        application/feed+json application/opensearchdescription+xml;
"""
