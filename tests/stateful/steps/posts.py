"""What is done with posts."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from forums.actions.writing import MAX_ATTACHMENTS
from tests.stateful.machine import REASON, Community, picks, viewers
from tests.stateful.model import Post, Viewer


class PostSteps(Community):
    """Editing (with files), deleting, liking."""

    @rule(
        pick=picks, by=picks, files=st.sampled_from(("stay", "another", "another", "none")), onlooker=viewers
    )
    def edit_post(self, pick: int, by: int, files: str, onlooker: Viewer) -> None:
        post = self.post(pick)
        if post is None:
            return
        who = self.somebody(by, lambda person: person == post.author)
        word, path = self.world.word(), f"/posts/{post.id}"
        body: dict[str, object] = {"body": f"Rather {word}.", **REASON}
        wanted = [] if files == "none" else list(post.files)
        if files == "another" and len(wanted) < MAX_ATTACHMENTS:
            wanted.append(self.world.file(who))
        if files != "stay":
            body["attachments"] = [file.id for file in wanted]
        if self.act(who, path, "edit", "PATCH", path, body):
            post.versions.append((post.word, [file.id for file in post.files]))
            post.word, post.files = word, wanted
        self.look(who, onlooker)

    @rule(pick=picks, by=picks, onlooker=viewers)
    def delete_post(self, pick: int, by: int, onlooker: Viewer) -> None:
        post = self.post(pick)
        if post is None:
            return
        who = self.somebody(by, lambda person: person == post.author)
        path = f"/posts/{post.id}"
        if self.act(who, path, "delete", "DELETE", path, **REASON):
            post.state = "deleted"
            lost(post)
        self.look(who, onlooker)

    @rule(pick=picks, by=picks, back=st.booleans(), onlooker=viewers)
    def like(self, pick: int, by: int, back: bool, onlooker: Viewer) -> None:
        post = self.post(pick)
        if post is None:
            return
        who = self.somebody(by, lambda person: self.model.may_act(person, post.discussion.space, 2))
        path = f"/posts/{post.id}"
        method = "DELETE" if back else "POST"
        if self.act(who, path, "like", method, f"{path}/like"):
            (post.likes.discard if back else post.likes.add)(who)
        self.look(who, onlooker)


def lost(post: Post) -> None:
    """A reply that is no longer published answers nothing."""
    one = post.discussion
    if one.accepted is post:
        one.accepted = None
        one.status = "open" if one.status == "answered" else one.status
