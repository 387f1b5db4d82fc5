WORDS = {
    "section.identity": "names and honorific",
    "section.photo": "photo",
    "section.gender": "gender",
    "section.headline": "headline",
    "section.biography": "biography",
    "section.nationality": "nationality",
    "section.duty_country": "duty country",
    "section.agency": "kind of agency",
    "section.affiliations": "affiliations",
    "section.networks": "networks",
    "section.topics": "topics",
    "section.languages": "languages",
    "section.missions": "deployments and missions",
    "section.trainings": "trainings",
    "section.publications": "publications",
    "section.documents": "documents",
    "section.contact": "contact data",
    "section.links": "ORCID iD and links",
    "section.availability": "availability",
    "reason": "The reason given: {reason}",
    "profile.stale.subject": "Is your profile still right?",
    "profile.stale.text": "Nobody has confirmed your profile for a year. Change what is no longer right, or "
    "confirm that all is.",
    "profile.stale.left.2": "You will be reminded twice more; then it is hidden.",
    "profile.stale.left.1": "You will be reminded once more; then it is hidden.",
    "profile.stale.left.0": "This is the last reminder. If nothing happens, it is hidden in a month.",
    "profile.hidden_as_stale.subject": "Your profile is hidden",
    "profile.hidden_as_stale.text": "Nobody has confirmed your profile for long, so it is no longer shown. "
    "Nothing is deleted: confirm it, and it is back.",
    "profile.verified.subject": "Your profile was verified",
    "profile.verified.text": "The secretariat has verified: {sections}. A change of one of these ends its "
    "verification.",
    "profile.unverified.subject": "A verification of your profile was withdrawn",
    "profile.unverified.text": "The secretariat has withdrawn its verification of: {sections}.",
    "profile.endorsed.subject": "{person} endorses you",
    "profile.endorsed.text": "{person} vouches for what you know of “{topic}”.",
    "kind.primary": "primary focal point",
    "kind.alternate": "alternate focal point",
    "kind.point_of_contact": "point of contact",
    "designation.proposed.subject": "{network}: {country} proposes {person}",
    "designation.proposed.text": "{country} proposes {person} as {kind} in the {network}, from {valid_from} "
    "to {valid_to}.\nThe proposal waits for the co-ordinator’s confirmation.",
    "designation.confirmed.subject": "{network}: designation confirmed",
    "designation.confirmed.text": "{person} is {kind} of {country} in the {network}, from {valid_from} to "
    "{valid_to}.",
    "designation.renewed.subject": "{network}: designation renewed",
    "designation.renewed.text": "{country} has renewed the designation of {person} as {kind} in the "
    "{network}.\nIt now holds until {valid_to}.",
    "designation.withdrawn.subject": "{network}: designation withdrawn",
    "designation.withdrawn.text": "The designation of {person} as {kind} of {country} in the {network} was "
    "withdrawn.",
    "designation.succeeded.subject": "{network}: designation handed over",
    "designation.succeeded.text": "The designation of {person} as {kind} of {country} in the {network} "
    "passes to a successor.\nIt holds until {valid_to}.",
    "designation.expired.subject": "{network}: designation ended",
    "designation.expired.text": "The designation of {person} as {kind} of {country} in the {network} ended "
    "on {valid_to}.",
    "designation.ending.subject": "{network}: designation ends in {days} days",
    "designation.ending.text": "The designation of {person} as {kind} of {country} in the {network} ends on "
    "{valid_to}.\nThe national authority can renew it or name a successor.",
    "contact.from": "{person} via {site}",
    "contact.line": "Reply above this line",
    "contact.intro": "{person} writes to you through {site}. Neither of you sees the other’s address.",
    "contact.reply": "Answer this message, or write on the site: {url}",
    "contact.refuse": "On the site you can also refuse such messages, block the person, or report the "
    "message.",
    "contact.withheld": "(address withheld)",
    "contact.reported.subject": "A message was reported",
    "contact.reported.text": "Somebody has reported a message. It waits for the secretariat.",
    "contact.decided.subject": "Your report was looked into",
    "contact.decided.upheld": "The secretariat agrees with your report, and has acted on it.",
    "contact.decided.dismissed": "The secretariat sees no breach of the rules in the message. You can block "
    "its author.",
    "contact.not_relayed.subject": "A reply of yours was not passed on",
    "contact.not_relayed.sender": "A reply came to your conversation that was not sent from the address of "
    "your account. Reply from that address, or on the site.",
    "contact.not_relayed.refused": "The other person takes no messages from you, or can no longer be "
    "reached.",
    "contact.not_relayed.rate": "You have written too many messages. Try again later.",
    "contact.not_relayed.text": "There was no text in it that could be passed on, or too much.",
}
