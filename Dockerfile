# syntax=docker/dockerfile:1
#
#   docker build -t ctc-prognosis .
#   docker run --rm --read-only --tmpfs /tmp -v prognosis:/var/lib/prognosis ctc-prognosis migrate
#   docker run --read-only --tmpfs /tmp -v prognosis:/var/lib/prognosis -p 127.0.0.1:8000:8000 \
#       -e PROGNOSIS_BEHIND_TLS_PROXY=true ctc-prognosis
#
# Behind a package mirror: docker build --secret id=pip,src=$HOME/.config/pip/pip.conf .
# `make image` goes through the same steps without Docker.

ARG PYTHON=3.12-slim-bookworm

FROM python:${PYTHON} AS build
WORKDIR /src
COPY requirements.lock requirements-build.lock pyproject.toml README.md LICENSE ./
COPY docker/build.sh docker/build.sh
COPY migrations migrations
COPY app app
RUN --mount=type=secret,id=pip,target=/etc/pip.conf sh docker/build.sh /src /opt/prognosis

FROM python:${PYTHON}
RUN python -m pip uninstall --yes --quiet --root-user-action=ignore pip \
    && find /usr/local/lib -type d -name ensurepip -prune -exec rm -rf {} + \
    && useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin prognosis \
    && install -d -o prognosis -g prognosis -m 0700 /var/lib/prognosis
COPY --from=build /opt/prognosis /opt/prognosis
ENV PATH=/opt/prognosis/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    MPLCONFIGDIR=/tmp/matplotlib \
    NUMBA_CACHE_DIR=/var/lib/prognosis/compiled \
    PROGNOSIS_DATABASE_URL=sqlite:////var/lib/prognosis/prognosis.db
WORKDIR /var/lib/prognosis
VOLUME /var/lib/prognosis
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/livez', timeout=4)"]
ENTRYPOINT ["prognosis"]
CMD ["serve", "--host", "0.0.0.0"]
