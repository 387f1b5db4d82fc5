WORDS = {
    "section.identity": "nombres y tratamiento",
    "section.photo": "foto",
    "section.gender": "género",
    "section.headline": "descripción breve",
    "section.biography": "biografía",
    "section.nationality": "nacionalidad",
    "section.duty_country": "país de destino",
    "section.agency": "tipo de servicio",
    "section.affiliations": "cargos",
    "section.networks": "redes",
    "section.topics": "temas",
    "section.languages": "idiomas",
    "section.missions": "despliegues y misiones",
    "section.trainings": "formaciones",
    "section.publications": "publicaciones",
    "section.documents": "documentos",
    "section.contact": "datos de contacto",
    "section.links": "ORCID iD y enlaces",
    "section.availability": "disponibilidad",
    "reason": "Motivo indicado: {reason}",
    "profile.stale.subject": "¿Sigue siendo correcto su perfil?",
    "profile.stale.text": "Nadie ha confirmado su perfil desde hace un año. Cambie lo que ya no sea "
    "correcto, o confirme que todo lo es.",
    "profile.stale.left.2": "Recibirá otros dos recordatorios; después se ocultará.",
    "profile.stale.left.1": "Recibirá un último recordatorio; después se ocultará.",
    "profile.stale.left.0": "Este es el último recordatorio. Si no ocurre nada, se ocultará dentro de un "
    "mes.",
    "profile.hidden_as_stale.subject": "Su perfil está oculto",
    "profile.hidden_as_stale.text": "Nadie ha confirmado su perfil desde hace mucho tiempo: ya no se "
    "muestra. Nada se ha borrado: confírmelo y volverá a verse.",
    "profile.verified.subject": "Su perfil ha sido verificado",
    "profile.verified.text": "La secretaría ha verificado: {sections}. Un cambio en una de estas partes "
    "pone fin a su verificación.",
    "profile.unverified.subject": "Se ha retirado una verificación de su perfil",
    "profile.unverified.text": "La secretaría ha retirado la verificación de: {sections}.",
    "profile.endorsed.subject": "{person} le recomienda",
    "profile.endorsed.text": "{person} avala sus conocimientos sobre «{topic}».",
    "kind.primary": "punto focal principal",
    "kind.alternate": "punto focal suplente",
    "kind.point_of_contact": "punto de contacto",
    "designation.proposed.subject": "{network}: {country} propone a {person}",
    "designation.proposed.text": "{network}: {country} propone a {person} como {kind}, del {valid_from} al "
    "{valid_to}.\nLa propuesta espera la confirmación de la coordinación de la red.",
    "designation.confirmed.subject": "{network}: designación confirmada",
    "designation.confirmed.text": "{network}: {person} es {kind} ({country}), del {valid_from} al "
    "{valid_to}.",
    "designation.renewed.subject": "{network}: designación renovada",
    "designation.renewed.text": "{network}: {country} ha renovado la designación de {person} como {kind}.\n"
    "Ahora vale hasta el {valid_to}.",
    "designation.withdrawn.subject": "{network}: designación retirada",
    "designation.withdrawn.text": "{network}: se ha retirado la designación de {person} como {kind} "
    "({country}).",
    "designation.succeeded.subject": "{network}: traspaso de designación",
    "designation.succeeded.text": "{network}: la designación de {person} como {kind} ({country}) pasa a "
    "otra persona.\nVale hasta el {valid_to}.",
    "designation.expired.subject": "{network}: designación terminada",
    "designation.expired.text": "{network}: la designación de {person} como {kind} ({country}) terminó el "
    "{valid_to}.",
    "designation.ending.subject": "{network}: una designación termina (días restantes: {days})",
    "designation.ending.text": "{network}: la designación de {person} como {kind} ({country}) termina el "
    "{valid_to}.\nLa autoridad nacional puede renovarla o proponer a otra persona.",
    "contact.from": "{person} a través de {site}",
    "contact.line": "Responda por encima de esta línea",
    "contact.intro": "{person} le escribe a través de {site}. Ninguno de los dos ve la dirección del otro.",
    "contact.reply": "Responda a este mensaje, o escriba en el sitio: {url}",
    "contact.refuse": "En el sitio también puede rechazar estos mensajes, bloquear a la persona o denunciar "
    "el mensaje.",
    "contact.withheld": "(dirección oculta)",
    "contact.reported.subject": "Se ha denunciado un mensaje",
    "contact.reported.text": "Se ha denunciado un mensaje. Espera a la secretaría.",
    "contact.decided.subject": "Su denuncia ha sido examinada",
    "contact.decided.upheld": "La secretaría está de acuerdo con su denuncia y ha tomado medidas.",
    "contact.decided.dismissed": "La secretaría no ve en el mensaje una infracción de las reglas. Puede "
    "bloquear a la persona.",
    "contact.not_relayed.subject": "Una respuesta suya no se ha transmitido",
    "contact.not_relayed.sender": "En su conversación llegó una respuesta que no venía de la dirección de "
    "su cuenta. Responda desde esa dirección, o en el sitio.",
    "contact.not_relayed.refused": "La otra persona no acepta sus mensajes, o ya no se la puede localizar.",
    "contact.not_relayed.rate": "Ha escrito demasiados mensajes. Inténtelo más tarde.",
    "contact.not_relayed.text": "No contenía texto que transmitir, o contenía demasiado.",
}
