"""How gunicorn serves the API: ``gunicorn -c config/gunicorn.py config.wsgi``."""

from config import env

bind = f"{env.text('HOST', '127.0.0.1')}:{env.number('PORT', 8000)}"
worker_class = "config.worker.Worker"
workers = env.number("WEB_WORKERS", 2)
threads = env.number("WEB_THREADS", 4)
preload_app = True  # imported once: a quicker start, and memory the workers share
timeout = 60
graceful_timeout = 20
keepalive = 5
limit_request_line = 8190  # the most that gunicorn counts; longer ones get 414
max_requests = 10_000  # a worker that leaks is replaced, not all at the same time
max_requests_jitter = 1_000
# As usual, but without the query: it can hold names, searches and secrets.
access_log_format = '%(h)s %(t)s "%(m)s %(U)s" %(s)s %(b)s "%(a)s" %(D)s'
accesslog = "-" if env.flag("ACCESS_LOG", default=True) else None
forwarded_allow_ips = env.text("FORWARDED_ALLOW_IPS", "127.0.0.1")
