WORDS = {
    "section.identity": "Namen und Anrede",
    "section.photo": "Foto",
    "section.gender": "Geschlecht",
    "section.headline": "Kurzbeschreibung",
    "section.biography": "Lebenslauf",
    "section.nationality": "Staatsangehörigkeit",
    "section.duty_country": "Dienstland",
    "section.agency": "Art der Behörde",
    "section.affiliations": "Tätigkeiten",
    "section.networks": "Netzwerke",
    "section.topics": "Themen",
    "section.languages": "Sprachen",
    "section.missions": "Einsätze und Missionen",
    "section.trainings": "Schulungen",
    "section.publications": "Veröffentlichungen",
    "section.documents": "Dokumente",
    "section.contact": "Kontaktdaten",
    "section.links": "ORCID iD und Links",
    "section.availability": "Verfügbarkeit",
    "reason": "Angegebener Grund: {reason}",
    "profile.stale.subject": "Stimmt Ihr Profil noch?",
    "profile.stale.text": "Seit einem Jahr hat niemand Ihr Profil bestätigt. Ändern Sie, was nicht mehr "
    "stimmt, oder bestätigen Sie, dass alles stimmt.",
    "profile.stale.left.2": "Sie werden noch zweimal erinnert; danach wird es ausgeblendet.",
    "profile.stale.left.1": "Sie werden noch einmal erinnert; danach wird es ausgeblendet.",
    "profile.stale.left.0": "Dies ist die letzte Erinnerung. Geschieht nichts, wird es in einem Monat "
    "ausgeblendet.",
    "profile.hidden_as_stale.subject": "Ihr Profil ist ausgeblendet",
    "profile.hidden_as_stale.text": "Lange hat niemand Ihr Profil bestätigt; es wird deshalb nicht mehr "
    "gezeigt. Gelöscht ist nichts: Bestätigen Sie es, und es ist wieder da.",
    "profile.verified.subject": "Ihr Profil wurde geprüft",
    "profile.verified.text": "Das Sekretariat hat geprüft: {sections}. Eine Änderung daran beendet die "
    "jeweilige Prüfung.",
    "profile.unverified.subject": "Eine Prüfung Ihres Profils wurde zurückgenommen",
    "profile.unverified.text": "Das Sekretariat hat seine Prüfung zurückgenommen: {sections}.",
    "profile.endorsed.subject": "{person} empfiehlt Sie",
    "profile.endorsed.text": "{person} bürgt für Ihre Kenntnisse zu „{topic}“.",
    "kind.primary": "erste Kontaktstelle",
    "kind.alternate": "stellvertretende Kontaktstelle",
    "kind.point_of_contact": "Ansprechstelle",
    "designation.proposed.subject": "{network}: {country} schlägt {person} vor",
    "designation.proposed.text": "{network}: {country} schlägt {person} als {kind} vor, vom {valid_from} "
    "bis zum {valid_to}.\nDer Vorschlag wartet auf die Bestätigung durch die Koordination.",
    "designation.confirmed.subject": "{network}: Benennung bestätigt",
    "designation.confirmed.text": "{network}: {person} ist {kind} ({country}), vom {valid_from} bis zum "
    "{valid_to}.",
    "designation.renewed.subject": "{network}: Benennung verlängert",
    "designation.renewed.text": "{network}: {country} hat die Benennung von {person} als {kind} "
    "verlängert.\nSie gilt nun bis zum {valid_to}.",
    "designation.withdrawn.subject": "{network}: Benennung zurückgezogen",
    "designation.withdrawn.text": "{network}: Die Benennung von {person} als {kind} ({country}) wurde "
    "zurückgezogen.",
    "designation.succeeded.subject": "{network}: Benennung übergeben",
    "designation.succeeded.text": "{network}: Die Benennung von {person} als {kind} ({country}) geht auf "
    "eine andere Person über.\nSie gilt bis zum {valid_to}.",
    "designation.expired.subject": "{network}: Benennung beendet",
    "designation.expired.text": "{network}: Die Benennung von {person} als {kind} ({country}) endete am "
    "{valid_to}.",
    "designation.ending.subject": "{network}: Eine Benennung endet (Tage bis dahin: {days})",
    "designation.ending.text": "{network}: Die Benennung von {person} als {kind} ({country}) endet am "
    "{valid_to}.\nDie nationale Behörde kann sie verlängern oder eine andere Person vorschlagen.",
    "contact.from": "{person} über {site}",
    "contact.line": "Antworten Sie über dieser Zeile",
    "contact.intro": "{person} schreibt Ihnen über {site}. Keiner von Ihnen sieht die Adresse des anderen.",
    "contact.reply": "Antworten Sie auf diese Nachricht, oder schreiben Sie auf der Seite: {url}",
    "contact.refuse": "Auf der Seite können Sie solche Nachrichten auch ablehnen, die Person sperren oder "
    "die Nachricht melden.",
    "contact.withheld": "(Adresse verborgen)",
    "contact.reported.subject": "Eine Nachricht wurde gemeldet",
    "contact.reported.text": "Eine Nachricht wurde gemeldet. Sie wartet auf das Sekretariat.",
    "contact.decided.subject": "Ihre Meldung wurde geprüft",
    "contact.decided.upheld": "Das Sekretariat gibt Ihrer Meldung recht und hat gehandelt.",
    "contact.decided.dismissed": "Das Sekretariat sieht in der Nachricht keinen Verstoß gegen die Regeln. "
    "Sie können die Person sperren.",
    "contact.not_relayed.subject": "Eine Antwort von Ihnen wurde nicht weitergegeben",
    "contact.not_relayed.sender": "In Ihrem Gespräch kam eine Antwort an, die nicht von der Adresse Ihres "
    "Kontos kam. Antworten Sie von dieser Adresse oder auf der Seite.",
    "contact.not_relayed.refused": "Die andere Person nimmt keine Nachrichten von Ihnen an oder ist nicht "
    "mehr zu erreichen.",
    "contact.not_relayed.rate": "Sie haben zu viele Nachrichten geschrieben. Versuchen Sie es später noch "
    "einmal.",
    "contact.not_relayed.text": "Sie enthielt keinen Text, der sich weitergeben ließ, oder zu viel.",
}
