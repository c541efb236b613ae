# announce in a container: two stages, so that pip and its caches stay behind; an account of its own, no root.
#
#   docker build --tag announce .
#   docker run --rm -it -v ~/.config/announce:/etc/announce:ro -v announce-ledger:/var/lib/announce announce due
#
# The ledger must be on a volume: without it every container is a new ledger, and a new ledger announces twice.
FROM python:3.13-slim-bookworm AS build
COPY . /source
RUN python -m venv /opt/announce \
 && /opt/announce/bin/pip install --no-cache-dir --disable-pip-version-check "/source[serve,s3]"

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 2230 --home-dir /var/lib/announce --shell /usr/sbin/nologin announce \
 && install --directory --owner=announce --group=announce --mode=0700 /var/lib/announce
COPY --from=build /opt/announce /opt/announce
ENV PATH=/opt/announce/bin:$PATH ANNOUNCE_CONFIG=/etc/announce/announce.toml XDG_STATE_HOME=/var/lib \
    XDG_CACHE_HOME=/var/lib/announce/cache
USER announce
WORKDIR /var/lib/announce
VOLUME /var/lib/announce
ENTRYPOINT ["announce"]
