"""Files of an archive: they lie in folders beside it, and are checked like those that are brought here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.core.files.base import File

from config.errors import Invalid
from forums import files
from forums.community.archive import ArchiveError, Line
from forums.models import Attachment, Post, PostAttachment


def located(line: Line, folder: Path) -> Path:
    """The file of a line; raises `ArchiveError` where there is none below the archive's folder, or one that
    is too large."""
    path: Path = (folder / line.fields["path"]).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ArchiveError(line.number, "path leads out of the archive's folder.")
    if not path.is_file():
        raise ArchiveError(line.number, f"there is no file {line.fields['path']!r} beside the archive.")
    if not 0 < path.stat().st_size <= settings.MAX_UPLOAD_BYTES:
        raise ArchiveError(line.number, f"the file has from 1 to {settings.MAX_UPLOAD_BYTES:,} bytes.")
    return path


def bring(batch: Sequence[Line], folder: Path, source: str, posts: Mapping[str, UUID]) -> int:
    """Keep the files of these lines with their posts, as their authors' own; returns how many are new.

    What is kept already is recognised by its id, which is made from the line's. No file is left behind where
    one of them is refused. ``attachment_count`` is set when the archive is settled.
    """
    ids = {line.fields["id"]: uuid5(NAMESPACE_URL, f"archive:{source}:{line.fields['id']}") for line in batch}
    known = set(Attachment.objects.filter(pk__in=ids.values()).values_list("pk", flat=True))
    new = [line for line in batch if ids[line.fields["id"]] not in known]
    of_posts = [posts[line.fields["post"]] for line in new]
    authors = dict(Post.objects.filter(pk__in=of_posts).values_list("pk", "author_id"))
    places = Counter(PostAttachment.objects.filter(post__in=of_posts).values_list("post_id", flat=True))
    kept: list[Attachment] = []
    try:
        for line in new:
            post_id = posts[line.fields["post"]]
            attachment = _made(line, located(line, folder), ids[line.fields["id"]], authors[post_id])
            kept.append(attachment)
            attachment.save(force_insert=True)
            PostAttachment.objects.create(post_id=post_id, attachment=attachment, place=places[post_id])
            places[post_id] += 1
    except BaseException:
        for attachment in kept:
            attachment.file.storage.delete(str(attachment.file.name))
        raise
    return len(new)


def _made(line: Line, path: Path, pk: UUID, owner_id: UUID) -> Attachment:
    with path.open("rb") as opened:
        try:
            checked = files.checked(
                File(opened, name=path.name),
                name=line.fields["name"] or path.name,
                max_bytes=settings.MAX_UPLOAD_BYTES,
            )
        except Invalid as refused:
            raise ArchiveError(line.number, f"{line.fields['path']}: {refused.errors[0].detail}") from None
        attachment = Attachment(
            id=pk,
            owner_id=owner_id,
            name=checked.name,
            media_type=checked.media_type,
            size=checked.content.size,
            width=checked.width,
            height=checked.height,
            alt=line.fields["alt"],
        )
        attachment.file.save(checked.name, checked.content, save=False)
    return attachment
