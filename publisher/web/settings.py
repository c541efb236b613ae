"""Settings of web servers for one site: `announce feed nginx` and `announce feed caddy` print them.

They answer as `announce feed serve` does: short lives in caches, the media types of feeds, and a ``Link`` header with
the hub and the address that the hub knows the file by, without which a WebSub hub refuses to serve it
(w3.org/TR/websub, section 4). The files of services have the settings of those of all: one more needs no change here.
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
    return "\n".join(
        [
            *_nginx_links(site),
            *(_nginx_door(host) if _is_safe(site) else []),
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
                f"    location ~ {_regex(name)}$ {{ types {{}} default_type {kind.partition(';')[0]}; }}"
                for name, kind in _own_kinds(site).items()
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
            *_caddy_kinds(site),
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
        yield from (rf"    ~{_regex(name)}\z '{link}';" for name, link in _links(site, "$uri").items())
        yield "}"
        yield ""


def _nginx_door(host: str) -> Iterator[str]:
    """Calendar programs take ``webcal:`` for http; Caddy leads them on by itself."""
    yield "server {"
    yield "    listen 80;"
    yield f"    server_name {host};"
    yield f"    return 301 https://{host}$request_uri;"
    yield "}"
    yield ""


def _caddy_kinds(site: Served) -> Iterator[str]:
    links = _links(site, "{path}")
    for end, kind in _suffixes(site).items():
        yield f"\t@{end[1:]} path *{end}"
        yield f'\theader @{end[1:]} Content-Type "{kind}"'
    for name, kind in _own_kinds(site).items():
        stem = name.partition(".")[0]
        yield f"\t@{stem} path_regexp {_regex(name)}$"
        yield f'\theader @{stem} Content-Type "{kind}"'
        if name in links:
            yield f"\theader @{stem} Link `{links[name]}`"


def _suffixes(site: Served) -> dict[str, str]:
    """Those that a server may not know, with their media types."""
    ends = {_suffix(name) for name in site.files if media_type(name) == _BY_SUFFIX.get(_suffix(name))}
    return {end: kind for end, kind in _BY_SUFFIX.items() if end in ends}


def _own_kinds(site: Served) -> dict[str, str]:
    """The files whose suffix does not say what they are, with their media types; each stands for its services' files.

    That is ``rss.xml`` for ``rss-vps.xml``, too: services come and go, and nobody prints these settings anew.
    """
    kinds = {name: media_type(name) for name in site.files if "-" not in name}
    return {name: kind for name, kind in kinds.items() if kind != _BY_SUFFIX.get(_suffix(name))}


def _links(site: Served, path: str) -> dict[str, str]:
    """The ``Link`` header of each such file, with the server's own word for the path of what is asked for."""
    own = _own_kinds(site)
    return {
        name: _plain_link(link).replace(f"{site.url}{name}", f"{site.url.rstrip('/')}{path}")
        for name, link in site.links.items()
        if name in own
    }


def _plain_link(link: str) -> str:
    """Raises Refused for an address in which a web server would see more than an address."""
    if re.search(r"[$\\{}`']", link):
        raise Refused(
            "the hub's address has a character that web servers read otherwise",
            hint="[channels.…] hub, without quotes, braces, backslashes and $",
        )
    return link


def _regex(name: str) -> str:
    """What tells a file and its services' files by their path, up to its end.

    Nothing else is let through, for the path of a request stands in the answer's head.
    """
    stem, _, suffix = name.rpartition(".")
    return rf"^/{stem}(-[a-z0-9_-]+)?\.{suffix}"


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
