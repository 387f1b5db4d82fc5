WORDS = {
    "section.identity": "noms et titre",
    "section.photo": "photo",
    "section.gender": "genre",
    "section.headline": "intitulé",
    "section.biography": "biographie",
    "section.nationality": "nationalité",
    "section.duty_country": "pays d’affectation",
    "section.agency": "type de service",
    "section.affiliations": "fonctions",
    "section.networks": "réseaux",
    "section.topics": "thèmes",
    "section.languages": "langues",
    "section.missions": "déploiements et missions",
    "section.trainings": "formations",
    "section.publications": "publications",
    "section.documents": "documents",
    "section.contact": "coordonnées",
    "section.links": "identifiant ORCID et liens",
    "section.availability": "disponibilité",
    "reason": "Motif indiqué : {reason}",
    "profile.stale.subject": "Votre profil est-il toujours exact ?",
    "profile.stale.text": "Personne n’a confirmé votre profil depuis un an. Modifiez ce qui n’est plus "
    "exact, ou confirmez que tout l’est.",
    "profile.stale.left.2": "Deux autres rappels suivront ; ensuite, il sera masqué.",
    "profile.stale.left.1": "Un dernier rappel suivra ; ensuite, il sera masqué.",
    "profile.stale.left.0": "Ceci est le dernier rappel. Sans réaction de votre part, il sera masqué dans "
    "un mois.",
    "profile.hidden_as_stale.subject": "Votre profil est masqué",
    "profile.hidden_as_stale.text": "Personne n’a confirmé votre profil depuis longtemps : il n’est plus "
    "affiché. Rien n’est effacé : confirmez-le, et il réapparaît.",
    "profile.verified.subject": "Votre profil a été vérifié",
    "profile.verified.text": "Le secrétariat a vérifié : {sections}. Toute modification d’une de ces "
    "parties met fin à sa vérification.",
    "profile.unverified.subject": "Une vérification de votre profil a été retirée",
    "profile.unverified.text": "Le secrétariat a retiré sa vérification de : {sections}.",
    "profile.endorsed.subject": "{person} vous recommande",
    "profile.endorsed.text": "{person} se porte garant de vos connaissances sur « {topic} ».",
    "kind.primary": "point focal principal",
    "kind.alternate": "point focal suppléant",
    "kind.point_of_contact": "point de contact",
    "designation.proposed.subject": "{network} : {country} propose {person}",
    "designation.proposed.text": "{country} propose {person} comme {kind} ({network}), du {valid_from} au "
    "{valid_to}.\nLa proposition attend la confirmation de la coordination du réseau.",
    "designation.confirmed.subject": "{network} : désignation confirmée",
    "designation.confirmed.text": "{network} : {person} est {kind} ({country}), du {valid_from} au "
    "{valid_to}.",
    "designation.renewed.subject": "{network} : désignation renouvelée",
    "designation.renewed.text": "{country} a renouvelé la désignation de {person} comme {kind} "
    "({network}).\nElle vaut désormais jusqu’au {valid_to}.",
    "designation.withdrawn.subject": "{network} : désignation retirée",
    "designation.withdrawn.text": "{network} : la désignation de {person} comme {kind} ({country}) a été "
    "retirée.",
    "designation.succeeded.subject": "{network} : passation de désignation",
    "designation.succeeded.text": "{network} : la désignation de {person} comme {kind} ({country}) passe à "
    "une autre personne.\nElle vaut jusqu’au {valid_to}.",
    "designation.expired.subject": "{network} : désignation échue",
    "designation.expired.text": "{network} : la désignation de {person} comme {kind} ({country}) a pris fin "
    "le {valid_to}.",
    "designation.ending.subject": "{network} : une désignation prend fin (jours restants : {days})",
    "designation.ending.text": "{network} : la désignation de {person} comme {kind} ({country}) prend fin "
    "le {valid_to}.\nL’autorité nationale peut la renouveler ou proposer une autre personne.",
    "contact.from": "{person} via {site}",
    "contact.line": "Répondez au-dessus de cette ligne",
    "contact.intro": "{person} vous écrit par l’intermédiaire de {site}. Aucun de vous ne voit l’adresse de "
    "l’autre.",
    "contact.reply": "Répondez à ce message, ou écrivez sur le site : {url}",
    "contact.refuse": "Sur le site, vous pouvez aussi refuser de tels messages, bloquer la personne ou "
    "signaler le message.",
    "contact.withheld": "(adresse masquée)",
    "contact.reported.subject": "Un message a été signalé",
    "contact.reported.text": "Un message a été signalé. Il attend le secrétariat.",
    "contact.decided.subject": "Votre signalement a été examiné",
    "contact.decided.upheld": "Le secrétariat partage votre avis et a pris des mesures.",
    "contact.decided.dismissed": "Le secrétariat ne voit pas d’infraction aux règles dans ce message. Vous "
    "pouvez bloquer la personne.",
    "contact.not_relayed.subject": "Une de vos réponses n’a pas été transmise",
    "contact.not_relayed.sender": "Une réponse est arrivée dans votre conversation sans venir de l’adresse "
    "de votre compte. Répondez depuis cette adresse, ou sur le site.",
    "contact.not_relayed.refused": "L’autre personne n’accepte pas vos messages, ou ne peut plus être "
    "jointe.",
    "contact.not_relayed.rate": "Vous avez écrit trop de messages. Réessayez plus tard.",
    "contact.not_relayed.text": "Elle ne contenait pas de texte à transmettre, ou trop.",
}
