# The API and, with another command, the worker. See compose.yaml and docs/running.md.
# Built without a container engine by `make docker-dry-run`, which runs these steps in a clean folder.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
ARG UV=0.13.9
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /app
RUN python -m venv /opt/uv && /opt/uv/bin/pip install --quiet --disable-pip-version-check uv==${UV}
COPY pyproject.toml uv.lock ./
RUN /opt/uv/bin/uv sync --frozen --no-dev
COPY . .
RUN SECRET_KEY=unused DATABASE_URL=postgresql:/// STATIC_ROOT=/app/static .venv/bin/python manage.py collectstatic --noinput

FROM python:${PYTHON}-slim
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    STATIC_ROOT=/app/static \
    MEDIA_ROOT=/media \
    HOST=0.0.0.0 \
    PORT=8000
RUN useradd --system --uid 10001 --home-dir /app community && mkdir -p /media && chown community /media
WORKDIR /app
COPY --from=build /app /app
USER community
VOLUME /media
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-m", "config.health"]
CMD ["gunicorn", "-c", "config/gunicorn.py", "config.wsgi"]
