"""Discussions and their posts."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from experts.models import Topic
from forums.models.spaces import Space
from forums.querysets import DiscussionQuerySet, PostQuerySet


class Discussion(models.Model):
    """A discussion in a space; its opening text is the post at position 1.

    Counters are of published posts only (``reply_count`` without the opening post); ``like_count`` is the
    opening post's. ``last_position`` is the highest position ever given, so that positions are never reused.
    """

    class Kind(models.TextChoices):
        DISCUSSION = "discussion", "discussion"
        QUESTION = "question", "question"
        ANNOUNCEMENT = "announcement", "announcement"

    class Status(models.TextChoices):
        OPEN = "open", "open"
        ANSWERED = "answered", "answered"
        CLOSED = "closed", "closed"
        ARCHIVED = "archived", "archived"
        PENDING = "pending", "waiting for a moderator"
        MERGED = "merged", "its posts are in another discussion, to which it leads"

    UNPUBLISHED = (Status.PENDING, Status.MERGED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="discussions")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.DISCUSSION)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=2, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="discussions")
    topics = models.ManyToManyField(Topic, blank=True, related_name="+")
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    accepted_post = models.ForeignKey(
        "Post", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_pinned = models.BooleanField(default=False, help_text="Stands on top of its space's table")
    pinned_until = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    external_id = models.CharField(max_length=200, null=True, blank=True, unique=True)
    created_at = models.DateTimeField()

    last_position = models.PositiveIntegerField(default=0)
    reply_count = models.PositiveIntegerField(default=0)
    like_count = models.PositiveIntegerField(default=0)
    view_count = models.PositiveIntegerField(default=0)
    last_post_at = models.DateTimeField()
    last_post_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    # Annotated by `DiscussionQuerySet.with_names` and `with_reading`.
    author_name: str
    last_post_by_name: str | None
    read_position: int | None
    unread: int | None
    # Annotated by `DiscussionQuerySet.with_first_unread`.
    first_unread: int | None

    objects = DiscussionQuerySet.as_manager()

    class Meta:
        indexes = [
            # The table of a space, in each of its orders, pinned ones first.
            models.Index(fields=["space", "-is_pinned", "-last_post_at", "-id"], name="discussion_table"),
            models.Index(
                fields=["space", "-is_pinned", "-created_at", "-id"], name="discussion_table_created"
            ),
            models.Index(fields=["space", "-is_pinned", "-like_count", "-id"], name="discussion_table_likes"),
            models.Index(fields=["space", "-is_pinned", "-view_count", "-id"], name="discussion_table_views"),
            models.Index(
                fields=["space", "-is_pinned", "-reply_count", "-id"], name="discussion_table_replies"
            ),
            # Discussions of all spaces.
            models.Index(fields=["-last_post_at", "-id"], name="discussion_latest"),
            models.Index(fields=["-created_at", "-id"], name="discussion_newest"),
            models.Index(fields=["author", "-id"], name="discussion_of_author"),
            GinIndex(fields=["tags"], name="discussion_tags"),
            models.Index(fields=["pinned_until"], condition=Q(is_pinned=True), name="discussion_pinned"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_post__isnull=True) | Q(kind="question"),
                name="discussion_only_questions_answered",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_counted(self) -> bool:
        """Whether it is there for every reader of the space, and so counts in the space's figures."""
        return self.status not in self.UNPUBLISHED and self.hidden_at is None and self.deleted_at is None


class Post(models.Model):
    """A post. ``position`` is its place in flat order (1 is the opening post); ``path`` are the positions
    from the first-level ancestor down to itself, so that ordering by ``path`` is the tree. ``()`` for the
    opening post, which is every reply's root.
    """

    class State(models.TextChoices):
        PUBLISHED = "published", "published"
        PENDING = "pending", "waiting for a moderator"
        HIDDEN = "hidden", "hidden by a moderator"
        DELETED = "deleted", "deleted"

    MAX_DEPTH = 100
    MAX_LENGTH = 50_000

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="posts")
    position = models.PositiveIntegerField()
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies"
    )
    path = ArrayField(models.PositiveIntegerField(), default=list)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="posts")
    state = models.CharField(max_length=10, choices=State, default=State.PUBLISHED)
    body = models.TextField(help_text="Markdown, as written")
    html = models.TextField(help_text="The body rendered and sanitised when it was written")
    language = models.CharField(max_length=2, blank=True)
    quotes = models.JSONField(
        default=list, blank=True, help_text='What it quotes: [{"post": id, "text": part or ""}, …]'
    )
    mentioned_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    version = models.PositiveIntegerField(default=1)
    external_id = models.CharField(max_length=200, null=True, blank=True, unique=True)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    like_count = models.PositiveIntegerField(default=0)
    attachment_count = models.PositiveSmallIntegerField(default=0)
    descendant_count = models.PositiveIntegerField(
        default=0, help_text="Published posts below it in the tree"
    )

    liked: bool  # annotated by `PostQuerySet.with_liking`

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["discussion", "position"], name="post_position_unique"),
            models.CheckConstraint(condition=Q(path__len__lte=100), name="post_depth_limit"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="post_not_its_own_parent"),
        ]
        indexes = [
            models.Index(fields=["discussion", "path"], name="post_tree"),
            models.Index(fields=["author", "-id"], name="post_of_author"),
            # Unread posts are counted from this index alone.
            models.Index(
                fields=["discussion", "position"], condition=Q(state="published"), name="post_published"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.discussion_id} #{self.position}"

    @property
    def is_opening(self) -> bool:
        """Whether it is the text the discussion opens with."""
        return self.position == 1


class PostRevision(models.Model):
    """What a post said before an edit: the text of ``version``, which ``replaced_by`` replaced at
    ``replaced_at``.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    body = models.TextField()
    language = models.CharField(max_length=2, blank=True)
    quotes = models.JSONField(default=list, blank=True)
    attachment_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "version"], name="post_revision_unique")]

    def __str__(self) -> str:
        return f"{self.post_id} version {self.version}"


class PostLike(models.Model):
    """A person likes a post."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="likes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="post_likes")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="post_like_unique")]

    def __str__(self) -> str:
        return f"{self.user_id} likes {self.post_id}"


class DiscussionView(models.Model):
    """A view not yet added to ``Discussion.view_count``: one per viewer, discussion and hour.

    Rows are inserted without waiting for the disk and folded into the counter by a job, so that a popular
    discussion is no hot row and a crash loses seconds at most.
    """

    id = models.BigAutoField(primary_key=True)
    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="+")
    viewer = models.CharField(
        max_length=64, help_text="The person's id, or a daily-salted hash for a visitor"
    )
    hour = models.DateTimeField()
    is_counted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["discussion", "viewer", "hour"], name="view_once_an_hour")
        ]
        indexes = [models.Index(fields=["id"], condition=Q(is_counted=False), name="view_to_count")]

    def __str__(self) -> str:
        return f"{self.discussion_id} {self.hour}"


class ViewTally(models.Model):
    """Views of a discussion on one day, of which the single `DiscussionView` rows are no longer kept."""

    id = models.BigAutoField(primary_key=True)
    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["discussion", "day"], name="view_tally_unique")]

    def __str__(self) -> str:
        return f"{self.discussion_id} {self.day}: {self.count}"


class ReadMark(models.Model):
    """How far a person has read a discussion."""

    id = models.BigAutoField(primary_key=True)
    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="read_marks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="read_marks")
    position = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "discussion"], name="read_mark_unique")]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.discussion_id} to #{self.position}"


class SpaceContributor(models.Model):
    """How many published posts a person has in a space; keeps ``contributor_count`` exact without a scan."""

    id = models.BigAutoField(primary_key=True)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="contributors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    post_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "user"], name="space_contributor_unique")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.space_id}: {self.post_count}"
