"""Long work: for who asked for it, and nobody else."""

from __future__ import annotations

from django.core.files.base import ContentFile

from experts import jobs, viewers
from tests.contracts.matrix.base import Cast, row
from tests.factories import experts as make


def waiting(cast: Cast) -> dict[str, object]:
    return {"id": jobs.ask("export_experts", owner=cast.expert).pk}


def with_file(cast: Cast) -> dict[str, object]:
    job = jobs.ask("export_experts", owner=cast.expert)
    tokens = viewers.resolve(cast.expert).tokens
    jobs.keep_file(job, ContentFile(b"name\r\n"), name="experts.csv", media_type="text/csv", tokens=tokens)
    return {"id": job.pk}


def a_profile(cast: Cast) -> dict[str, object]:
    make.profile(cast.expert)
    return {}


THINGS = {
    "somebody in the directory": a_profile,
    "a job of the expert's": waiting,
    "a file that a job made": with_file,
}

ROWS = [
    row("POST /experts/exports", "somebody in the directory", visitor=401, others=202),
    row("GET /experts", "somebody in the directory", query={"format": "csv"}, others=200),
    row("GET /jobs/{id}", "a job of the expert's", visitor=401, expert=200, others=404),
    row("POST /jobs/{id}/cancel", "a job of the expert's", visitor=401, expert=200, others=404),
    row("GET /jobs/{id}/file", "a file that a job made", visitor=401, expert=200, others=404),
    row("GET /jobs/{id}/file", "a job of the expert's", visitor=401, others=404),
]
