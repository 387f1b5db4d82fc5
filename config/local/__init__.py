"""Everything that runs the product on one machine: database, search nodes, the two commands, the set-up.

Nothing here is imported by the product itself; a deployment has its own PostgreSQL, Elasticsearch and process
manager. Entry points: `make run` (run.py), `make test` (tests/services.py), `python -m config.local.postgres`
and `python -m config.local.search_node`.
"""
