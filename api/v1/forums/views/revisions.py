"""What posts said before."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse

from api.operations import operation
from api.requests import ApiRequest
from api.v1.forums.serializers import revisions as shapes
from api.v1.forums.views import examples
from api.viewsets import ResourceViewSet, get
from experts.policies import require
from forums import policies
from forums.actions import writing
from forums.models import Post, PostRevision


class RevisionViewSet(ResourceViewSet[Post]):
    """What posts said before."""

    tag = "Posts"
    model = Post

    @operation(
        "Edits of a post",
        response=shapes.Revision,
        paginated=True,
        sign_in=True,
        example=examples.REVISION,
    )
    def list(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """For the author and moderators of the space, the latest first."""
        post = self._post(id)
        rows = PostRevision.objects.filter(post=post).select_related("replaced_by")
        return self.page(rows, order=["-version", "-id"], represent=shapes.listed)

    @operation(
        "An edit of a post", response=shapes.RevisionDetail, sign_in=True, example=examples.REVISION_DETAIL
    )
    def retrieve_edit(self, request: ApiRequest, id: UUID, version: int) -> HttpResponse:
        """What the edit that replaced this version changed. For the author and moderators of the space."""
        post = self._post(id)
        row = get(PostRevision.objects.filter(post=post).select_related("replaced_by"), version=version)
        later = PostRevision.objects.filter(post=post, version__gt=version).order_by("version").first()
        after = post.body if later is None else later.body
        files = writing.attachment_ids(post) if later is None else later.attachment_ids
        return self.answer(shapes.detail(row, after=after, attachments_after=files))

    def _post(self, id: UUID) -> Post:
        post = self.find(self.visible().select_related("discussion"), id=id)
        require(policies.see_revisions, self.request.viewer, post)
        return post
