"""Machines that try hard to find a leak or a loss, for longer than `make test` has time. See README.md."""
