"""What a request costs: generated communities, the real server, and the CPU time that each request takes.

`make bench` measures; see README.md here for the figures and how to add a case.
"""
