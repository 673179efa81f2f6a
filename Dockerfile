# The image of web server, workers and clock: which of them it is, the command says (see compose.yaml and Procfile).
# The same Python and the same client of PostgreSQL as Debian 12, with which the tests run.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/vorsprung
ENV PATH=/opt/vorsprung/bin:$PATH
WORKDIR /app
# Before the code, so that this layer is made anew only when the lock changes. Nothing without a known hash is installed.
COPY requirements.lock .
RUN pip install --require-hashes --only-binary :all: --requirement requirements.lock
COPY manage.py .
COPY config config
COPY leads leads
COPY nurturing nurturing
COPY scoring scoring
COPY static static
COPY templates templates
COPY locale locale
# Collecting needs complete settings; these are of this one command and stay in no layer. Nothing is connected to.
RUN VORSPRUNG_ENV=production VORSPRUNG_VAR=/tmp/var STATIC_ROOT=/app/staticfiles ALLOWED_HOSTS=localhost \
    BASE_URL=https://localhost DATABASE_URL=postgres://nobody@localhost/nothing EMAIL_URL=smtp://localhost:25 \
    SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q /app

FROM python:3.11-slim-bookworm
# pg_dump and pg_restore, for manage.py backup and restore.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin vorsprung \
    && install --directory --owner=vorsprung --group=vorsprung --mode=0750 /var/lib/vorsprung /var/backups/vorsprung
COPY --from=build /opt/vorsprung /opt/vorsprung
# Owned by root: what answers requests cannot change its own code.
COPY --from=build /app /app
ENV PATH=/opt/vorsprung/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    VORSPRUNG_ENV=production VORSPRUNG_VAR=/var/lib/vorsprung STATIC_ROOT=/app/staticfiles \
    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
WORKDIR /app
USER vorsprung
VOLUME ["/var/lib/vorsprung", "/var/backups/vorsprung"]
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=3 CMD ["python", "config/probe.py"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--no-ws", "--blocking-threads", "4", \
     "--backpressure", "64", "--workers-kill-timeout", "10", "--http1-header-read-timeout", "10000", \
     "config.wsgi:application"]
