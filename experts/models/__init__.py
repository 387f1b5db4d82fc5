"""People: accounts, profiles, topics, places, organisations, networks, and the audit log."""

from experts.models.account_life import EmailChange, RecoveryCode, Registration, SecondFactor, Session
from experts.models.accounts import PersonalToken, User
from experts.models.audit import AuditEntry
from experts.models.contact import ContactBlock, ContactMessage, ContactReport, Conversation
from experts.models.erasure import Erasure
from experts.models.imports import Import, ImportRow
from experts.models.jobs import Job
from experts.models.networks import Designation, DesignationReminder, Network, NetworkMembership
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
from experts.models.rosters import (
    Blackout,
    CallOut,
    Deployment,
    Invitation,
    Requirement,
    Roster,
    RosterMember,
)
from experts.models.searching import RecentSearch, SearchPreferences
from experts.models.topics import Topic, TopicAlias
from experts.models.trust import Consent, ConsentText, Endorsement, Purpose, SectionVerification

__all__ = [
    "AgencyKind",
    "AuditEntry",
    "Blackout",
    "CallOut",
    "Consent",
    "ConsentText",
    "ContactBlock",
    "ContactMessage",
    "ContactReport",
    "Conversation",
    "Country",
    "Delegation",
    "Deployment",
    "Designation",
    "DesignationReminder",
    "EmailChange",
    "Endorsement",
    "Erasure",
    "Import",
    "ImportRow",
    "Invitation",
    "Job",
    "Network",
    "NetworkMembership",
    "Organisation",
    "PersonalToken",
    "Profile",
    "ProfileItem",
    "ProfileLanguage",
    "ProfileTopic",
    "Purpose",
    "RecentSearch",
    "RecoveryCode",
    "Registration",
    "Requirement",
    "Roster",
    "RosterMember",
    "SearchPreferences",
    "SecondFactor",
    "Section",
    "SectionVerification",
    "Session",
    "Topic",
    "TopicAlias",
    "User",
]
