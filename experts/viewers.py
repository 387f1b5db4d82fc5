"""Resolving who asks: a person's audience tokens, in one query."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models.functions import Cast
from django.db import models

from experts.models import Delegation, Network, User
from search.viewer import MEMBERS, PUBLIC, SECRETARIAT, Viewer, network_token, self_token


def resolve(user: User | AnonymousUser, *, language: str = "en") -> Viewer:
    """The viewer for a user as of now. A visitor, and anyone whose account is not active, is ``public`` only.

    Network tokens come from group membership (which lapsing and joining change at once), ``self`` tokens from
    the person and from the profiles they may edit for somebody else.
    """
    if not isinstance(user, User) or not user.is_active:
        return Viewer(user_id=None, tokens=frozenset({PUBLIC}), language=language)
    tokens = {PUBLIC, MEMBERS, self_token(user.pk)}
    if user.is_staff:
        tokens.add(SECRETARIAT)
    networks = Network.objects.filter(group__user=user).order_by().values_list(
        Cast(models.Value("network"), models.TextField()), "id"
    )
    delegations = Delegation.objects.filter(delegate=user).order_by().values_list(
        Cast(models.Value("self"), models.TextField()), "profile_id"
    )
    for kind, object_id in networks.union(delegations, all=True):
        tokens.add(network_token(object_id) if kind == "network" else self_token(object_id))
    return Viewer(user_id=user.pk, tokens=frozenset(tokens), language=language)
