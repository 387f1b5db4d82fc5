"""People: accounts, profiles, topics, places, organisations, networks, and the audit log."""

from experts.models.accounts import PersonalToken, User
from experts.models.audit import AuditEntry
from experts.models.networks import Designation, Network, NetworkMembership
from experts.models.places import Country, Organisation
from experts.models.profiles import (
    AgencyKind,
    Delegation,
    Profile,
    ProfileItem,
    ProfileLanguage,
    ProfileTopic,
    Section,
)
from experts.models.topics import Topic, TopicAlias

__all__ = [
    "AgencyKind",
    "AuditEntry",
    "Country",
    "Delegation",
    "Designation",
    "Network",
    "NetworkMembership",
    "Organisation",
    "PersonalToken",
    "Profile",
    "ProfileItem",
    "ProfileLanguage",
    "ProfileTopic",
    "Section",
    "Topic",
    "TopicAlias",
    "User",
]
