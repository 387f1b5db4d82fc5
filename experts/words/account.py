"""What people are told of their account, by mail and on the pages that the mails lead to."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "account.activate.subject": "Your account at {site}",
        "account.activate.text": "There is an account for you at {site}. To take it over, choose a password "
        "on this page within {days} days:\n\n{link}",
        "account.reset.subject": "A new password at {site}",
        "account.reset.text": "Somebody, you probably, asked for a new password for your account at {site}. "
        "Choose it on this page within an hour:\n\n{link}\n\nIf it was not you, do nothing: your password "
        "stays as it is.",
        "account.known.subject": "You have an account at {site}",
        "account.known.text": "Somebody, you probably, asked for an account at {site} with your address. "
        "There is one already. If you have forgotten the password, ask for a new one.",
        "account.refused.subject": "Your request for an account at {site}",
        "account.refused.text": "The secretariat has looked at your request for an account at {site}, and "
        "cannot give you one.",
        "account.password_changed.subject": "Your password was changed",
        "account.password_changed.text": "The password of your account at {site} was changed. You are signed "
        "out everywhere else.",
        "account.email_asked.subject": "Another address for your account",
        "account.email_asked.text": "Somebody who knows your password asked for your account at {site} to "
        "have another address: {email}. It changes once the message there is answered.",
        "account.email_confirm.subject": "Is this your address?",
        "account.email_confirm.text": "Somebody, you probably, wants to sign in at {site} with this address. "
        "Confirm it on this page within a day:\n\n{link}",
        "account.email_taken.subject": "This address has an account",
        "account.email_taken.text": "Somebody, you probably, wanted to use this address for another account "
        "at {site}. It belongs to an account already, and stays with it.",
        "account.email_changed.subject": "Your address was changed",
        "account.email_changed.text": "From now on you sign in at {site} with this address.",
        "account.second_factor_added.subject": "Signing in now asks for a code",
        "account.second_factor_added.text": "A second factor was added to your account at {site}. Keep the "
        "recovery codes in a safe place.",
        "account.second_factor_removed.subject": "Signing in no longer asks for a code",
        "account.second_factor_removed.text": "The second factor was removed from your account at {site}.",
        "account.recovery_code_used.subject": "A recovery code was used",
        "account.recovery_code_used.text": "Somebody, you probably, used one of the recovery codes of your "
        "account at {site}. {left} are left.",
        "account.recovery_codes_renewed.subject": "New recovery codes",
        "account.recovery_codes_renewed.text": "New recovery codes were made for your account at {site}. The "
        "former ones no longer work.",
        "account.not_you": "If it was not you, set a new password at once, and tell the secretariat.",
        "account.page.password": "New password",
        "account.page.activate": "Choose a password to take your account over.",
        "account.page.reset": "Choose a new password.",
        "account.page.email": "Sign in with this address from now on?",
        "account.page.save": "Save",
        "account.page.confirm": "Confirm",
        "account.page.refused": "This password is not taken: it is too short, too common, or too much like "
        "your name, your address or this site.",
        "account.page.activate.done": "The account is yours. Sign in to go on.",
        "account.page.reset.done": "Your password is changed. Sign in to go on.",
        "account.page.email.done": "Your address is changed.",
        "account.page.taken": "This address belongs to another account.",
        "account.page.wrong": "This link does not work: it is too old, or was used.",
    },
    "fr": {
        "account.activate.subject": "Votre compte sur {site}",
        "account.activate.text": "Un compte vous attend sur {site}. Pour le prendre en main, choisissez un "
        "mot de passe sur cette page dans les {days} jours :\n\n{link}",
        "account.reset.subject": "Un nouveau mot de passe sur {site}",
        "account.reset.text": "Quelqu’un, sans doute vous, a demandé un nouveau mot de passe pour votre "
        "compte sur {site}. Choisissez-le sur cette page dans l’heure :\n\n{link}\n\nSi ce n’était pas vous, "
        "ne faites rien : votre mot de passe reste le même.",
        "account.known.subject": "Vous avez un compte sur {site}",
        "account.known.text": "Quelqu’un, sans doute vous, a demandé un compte sur {site} avec votre "
        "adresse. Il en existe déjà un. Si vous avez oublié le mot de passe, demandez-en un nouveau.",
        "account.refused.subject": "Votre demande de compte sur {site}",
        "account.refused.text": "Le secrétariat a examiné votre demande de compte sur {site} et ne peut pas "
        "y donner suite.",
        "account.password_changed.subject": "Votre mot de passe a été changé",
        "account.password_changed.text": "Le mot de passe de votre compte sur {site} a été changé. Toutes "
        "vos autres sessions sont fermées.",
        "account.email_asked.subject": "Une autre adresse pour votre compte",
        "account.email_asked.text": "Quelqu’un qui connaît votre mot de passe a demandé une autre adresse "
        "pour votre compte sur {site} : {email}. Elle changera dès que le message envoyé là-bas aura reçu "
        "une réponse.",
        "account.email_confirm.subject": "Est-ce votre adresse ?",
        "account.email_confirm.text": "Quelqu’un, sans doute vous, veut se connecter à {site} avec cette "
        "adresse. Confirmez-la sur cette page dans la journée :\n\n{link}",
        "account.email_taken.subject": "Cette adresse a un compte",
        "account.email_taken.text": "Quelqu’un, sans doute vous, voulait utiliser cette adresse pour un "
        "autre compte sur {site}. Elle appartient déjà à un compte et y reste attachée.",
        "account.email_changed.subject": "Votre adresse a été changée",
        "account.email_changed.text": "Désormais vous vous connectez à {site} avec cette adresse.",
        "account.second_factor_added.subject": "La connexion demande désormais un code",
        "account.second_factor_added.text": "Un second facteur a été ajouté à votre compte sur {site}. "
        "Gardez les codes de secours en lieu sûr.",
        "account.second_factor_removed.subject": "La connexion ne demande plus de code",
        "account.second_factor_removed.text": "Le second facteur a été retiré de votre compte sur {site}.",
        "account.recovery_code_used.subject": "Un code de secours a été utilisé",
        "account.recovery_code_used.text": "Quelqu’un, sans doute vous, a utilisé un code de secours de "
        "votre compte sur {site}. Il en reste {left}.",
        "account.recovery_codes_renewed.subject": "Nouveaux codes de secours",
        "account.recovery_codes_renewed.text": "De nouveaux codes de secours ont été créés pour votre compte "
        "sur {site}. Les anciens ne fonctionnent plus.",
        "account.not_you": "Si ce n’était pas vous, choisissez aussitôt un nouveau mot de passe et prévenez "
        "le secrétariat.",
        "account.page.password": "Nouveau mot de passe",
        "account.page.activate": "Choisissez un mot de passe pour prendre en main votre compte.",
        "account.page.reset": "Choisissez un nouveau mot de passe.",
        "account.page.email": "Vous connecter désormais avec cette adresse ?",
        "account.page.save": "Enregistrer",
        "account.page.confirm": "Confirmer",
        "account.page.refused": "Ce mot de passe n’est pas accepté : il est trop court, trop courant, ou "
        "trop proche de votre nom, de votre adresse ou de ce site.",
        "account.page.activate.done": "Le compte est à vous. Connectez-vous pour continuer.",
        "account.page.reset.done": "Votre mot de passe est changé. Connectez-vous pour continuer.",
        "account.page.email.done": "Votre adresse est changée.",
        "account.page.taken": "Cette adresse appartient à un autre compte.",
        "account.page.wrong": "Ce lien ne fonctionne pas : il est trop ancien ou a déjà servi.",
    },
    "de": {
        "account.activate.subject": "Ihr Konto bei {site}",
        "account.activate.text": "Bei {site} gibt es ein Konto für Sie. Um es zu übernehmen, wählen Sie "
        "innerhalb von {days} Tagen auf dieser Seite ein Passwort:\n\n{link}",
        "account.reset.subject": "Ein neues Passwort bei {site}",
        "account.reset.text": "Jemand, wahrscheinlich Sie, hat um ein neues Passwort für Ihr Konto bei "
        "{site} gebeten. Wählen Sie es innerhalb einer Stunde auf dieser Seite:\n\n{link}\n\nWaren Sie es "
        "nicht, tun Sie nichts: Ihr Passwort bleibt, wie es ist.",
        "account.known.subject": "Sie haben ein Konto bei {site}",
        "account.known.text": "Jemand, wahrscheinlich Sie, hat mit Ihrer Adresse um ein Konto bei {site} "
        "gebeten. Es gibt schon eines. Haben Sie das Passwort vergessen, bitten Sie um ein neues.",
        "account.refused.subject": "Ihre Bitte um ein Konto bei {site}",
        "account.refused.text": "Das Sekretariat hat Ihre Bitte um ein Konto bei {site} geprüft und kann "
        "Ihnen keines geben.",
        "account.password_changed.subject": "Ihr Passwort wurde geändert",
        "account.password_changed.text": "Das Passwort Ihres Kontos bei {site} wurde geändert. Überall sonst "
        "sind Sie abgemeldet.",
        "account.email_asked.subject": "Eine andere Adresse für Ihr Konto",
        "account.email_asked.text": "Jemand, der Ihr Passwort kennt, möchte für Ihr Konto bei {site} eine "
        "andere Adresse: {email}. Sie ändert sich, sobald die Nachricht dort beantwortet ist.",
        "account.email_confirm.subject": "Ist das Ihre Adresse?",
        "account.email_confirm.text": "Jemand, wahrscheinlich Sie, möchte sich bei {site} mit dieser Adresse "
        "anmelden. Bestätigen Sie sie innerhalb eines Tages auf dieser Seite:\n\n{link}",
        "account.email_taken.subject": "Zu dieser Adresse gibt es ein Konto",
        "account.email_taken.text": "Jemand, wahrscheinlich Sie, wollte diese Adresse für ein anderes Konto "
        "bei {site} verwenden. Sie gehört schon zu einem Konto und bleibt dabei.",
        "account.email_changed.subject": "Ihre Adresse wurde geändert",
        "account.email_changed.text": "Von nun an melden Sie sich bei {site} mit dieser Adresse an.",
        "account.second_factor_added.subject": "Die Anmeldung fragt jetzt nach einem Code",
        "account.second_factor_added.text": "Ihr Konto bei {site} hat nun einen zweiten Faktor. Verwahren "
        "Sie die Wiederherstellungscodes sicher.",
        "account.second_factor_removed.subject": "Die Anmeldung fragt nicht mehr nach einem Code",
        "account.second_factor_removed.text": "Der zweite Faktor Ihres Kontos bei {site} wurde entfernt.",
        "account.recovery_code_used.subject": "Ein Wiederherstellungscode wurde verwendet",
        "account.recovery_code_used.text": "Jemand, wahrscheinlich Sie, hat einen Wiederherstellungscode "
        "Ihres Kontos bei {site} verwendet. Es bleiben {left}.",
        "account.recovery_codes_renewed.subject": "Neue Wiederherstellungscodes",
        "account.recovery_codes_renewed.text": "Für Ihr Konto bei {site} gibt es neue "
        "Wiederherstellungscodes. Die bisherigen gelten nicht mehr.",
        "account.not_you": "Waren Sie es nicht, setzen Sie sofort ein neues Passwort und verständigen Sie "
        "das Sekretariat.",
        "account.page.password": "Neues Passwort",
        "account.page.activate": "Wählen Sie ein Passwort, um Ihr Konto zu übernehmen.",
        "account.page.reset": "Wählen Sie ein neues Passwort.",
        "account.page.email": "Von nun an mit dieser Adresse anmelden?",
        "account.page.save": "Speichern",
        "account.page.confirm": "Bestätigen",
        "account.page.refused": "Dieses Passwort geht nicht: Es ist zu kurz, zu verbreitet oder Ihrem Namen, "
        "Ihrer Adresse oder dieser Website zu ähnlich.",
        "account.page.activate.done": "Das Konto gehört Ihnen. Melden Sie sich an, um fortzufahren.",
        "account.page.reset.done": "Ihr Passwort ist geändert. Melden Sie sich an, um fortzufahren.",
        "account.page.email.done": "Ihre Adresse ist geändert.",
        "account.page.taken": "Diese Adresse gehört zu einem anderen Konto.",
        "account.page.wrong": "Dieser Link gilt nicht: Er ist zu alt oder wurde schon verwendet.",
    },
    "it": {
        "account.activate.subject": "Il Suo account su {site}",
        "account.activate.text": "Su {site} c’è un account per Lei. Per prenderne possesso scelga una "
        "password in questa pagina entro {days} giorni:\n\n{link}",
        "account.reset.subject": "Una nuova password su {site}",
        "account.reset.text": "Qualcuno, probabilmente Lei, ha chiesto una nuova password per il Suo account "
        "su {site}. La scelga in questa pagina entro un’ora:\n\n{link}\n\nSe non è stata una Sua richiesta, "
        "non faccia nulla: la password resta com’è.",
        "account.known.subject": "Lei ha già un account su {site}",
        "account.known.text": "Qualcuno, probabilmente Lei, ha chiesto un account su {site} con il Suo "
        "indirizzo. Ne esiste già uno. Se ha dimenticato la password, ne chieda una nuova.",
        "account.refused.subject": "La Sua richiesta di un account su {site}",
        "account.refused.text": "Il segretariato ha esaminato la Sua richiesta di un account su {site} e non "
        "può accoglierla.",
        "account.password_changed.subject": "La Sua password è stata cambiata",
        "account.password_changed.text": "La password del Suo account su {site} è stata cambiata. Tutte le "
        "altre sessioni sono chiuse.",
        "account.email_asked.subject": "Un altro indirizzo per il Suo account",
        "account.email_asked.text": "Qualcuno che conosce la Sua password ha chiesto un altro indirizzo per "
        "il Suo account su {site}: {email}. Cambierà appena si risponde al messaggio inviato lì.",
        "account.email_confirm.subject": "È il Suo indirizzo?",
        "account.email_confirm.text": "Qualcuno, probabilmente Lei, vuole accedere a {site} con questo "
        "indirizzo. Lo confermi in questa pagina entro un giorno:\n\n{link}",
        "account.email_taken.subject": "Questo indirizzo ha già un account",
        "account.email_taken.text": "Qualcuno, probabilmente Lei, voleva usare questo indirizzo per un altro "
        "account su {site}. Appartiene già a un account e vi resta.",
        "account.email_changed.subject": "Il Suo indirizzo è stato cambiato",
        "account.email_changed.text": "D’ora in poi acceda a {site} con questo indirizzo.",
        "account.second_factor_added.subject": "L’accesso ora chiede un codice",
        "account.second_factor_added.text": "Al Suo account su {site} è stato aggiunto un secondo fattore. "
        "Conservi i codici di recupero in un luogo sicuro.",
        "account.second_factor_removed.subject": "L’accesso non chiede più un codice",
        "account.second_factor_removed.text": "Il secondo fattore è stato tolto dal Suo account su {site}.",
        "account.recovery_code_used.subject": "È stato usato un codice di recupero",
        "account.recovery_code_used.text": "Qualcuno, probabilmente Lei, ha usato un codice di recupero del "
        "Suo account su {site}. Ne restano {left}.",
        "account.recovery_codes_renewed.subject": "Nuovi codici di recupero",
        "account.recovery_codes_renewed.text": "Per il Suo account su {site} sono stati creati nuovi codici "
        "di recupero. I precedenti non valgono più.",
        "account.not_you": "Se non è stata una Sua azione, scelga subito una nuova password e avverta il "
        "segretariato.",
        "account.page.password": "Nuova password",
        "account.page.activate": "Scelga una password per prendere possesso del Suo account.",
        "account.page.reset": "Scelga una nuova password.",
        "account.page.email": "Accedere d’ora in poi con questo indirizzo?",
        "account.page.save": "Salva",
        "account.page.confirm": "Conferma",
        "account.page.refused": "Questa password non va bene: è troppo corta, troppo comune o troppo simile "
        "al Suo nome, al Suo indirizzo o a questo sito.",
        "account.page.activate.done": "L’account è Suo. Acceda per continuare.",
        "account.page.reset.done": "La password è cambiata. Acceda per continuare.",
        "account.page.email.done": "L’indirizzo è cambiato.",
        "account.page.taken": "Questo indirizzo appartiene a un altro account.",
        "account.page.wrong": "Questo collegamento non vale: è troppo vecchio o è già stato usato.",
    },
    "ru": {
        "account.activate.subject": "Ваша учётная запись на {site}",
        "account.activate.text": "На {site} для вас есть учётная запись. Чтобы начать ею пользоваться, "
        "выберите пароль на этой странице в течение {days} дней:\n\n{link}",
        "account.reset.subject": "Новый пароль на {site}",
        "account.reset.text": "Для вашей учётной записи на {site} запрошен новый пароль – вероятно, вами. "
        "Выберите его на этой странице в течение часа:\n\n{link}\n\nЕсли это были не вы, ничего не делайте: "
        "пароль останется прежним.",
        "account.known.subject": "У вас уже есть учётная запись на {site}",
        "account.known.text": "С вашего адреса запрошена учётная запись на {site} – вероятно, вами. Она уже "
        "есть. Если вы забыли пароль, запросите новый.",
        "account.refused.subject": "Ваш запрос учётной записи на {site}",
        "account.refused.text": "Секретариат рассмотрел ваш запрос учётной записи на {site} и не может его "
        "удовлетворить.",
        "account.password_changed.subject": "Ваш пароль изменён",
        "account.password_changed.text": "Пароль вашей учётной записи на {site} изменён. Все остальные "
        "сеансы завершены.",
        "account.email_asked.subject": "Другой адрес для вашей учётной записи",
        "account.email_asked.text": "Некто, знающий ваш пароль, запросил для вашей учётной записи на {site} "
        "другой адрес: {email}. Он изменится, как только на письмо, отправленное туда, ответят.",
        "account.email_confirm.subject": "Это ваш адрес?",
        "account.email_confirm.text": "Этот адрес хотят использовать для входа на {site} – вероятно, вы. "
        "Подтвердите его на этой странице в течение суток:\n\n{link}",
        "account.email_taken.subject": "С этим адресом уже есть учётная запись",
        "account.email_taken.text": "Этот адрес хотели использовать для другой учётной записи на {site} – "
        "вероятно, вы. Он уже принадлежит учётной записи и остаётся за ней.",
        "account.email_changed.subject": "Ваш адрес изменён",
        "account.email_changed.text": "Отныне для входа на {site} используйте этот адрес.",
        "account.second_factor_added.subject": "При входе теперь нужен код",
        "account.second_factor_added.text": "К вашей учётной записи на {site} добавлен второй фактор. "
        "Храните резервные коды в надёжном месте.",
        "account.second_factor_removed.subject": "При входе код больше не нужен",
        "account.second_factor_removed.text": "Второй фактор вашей учётной записи на {site} удалён.",
        "account.recovery_code_used.subject": "Использован резервный код",
        "account.recovery_code_used.text": "Использован один из резервных кодов вашей учётной записи на "
        "{site} – вероятно, вами. Осталось: {left}.",
        "account.recovery_codes_renewed.subject": "Новые резервные коды",
        "account.recovery_codes_renewed.text": "Для вашей учётной записи на {site} созданы новые резервные "
        "коды. Прежние больше не действуют.",
        "account.not_you": "Если это были не вы, сразу задайте новый пароль и сообщите секретариату.",
        "account.page.password": "Новый пароль",
        "account.page.activate": "Выберите пароль, чтобы начать пользоваться учётной записью.",
        "account.page.reset": "Выберите новый пароль.",
        "account.page.email": "Входить отныне с этим адресом?",
        "account.page.save": "Сохранить",
        "account.page.confirm": "Подтвердить",
        "account.page.refused": "Этот пароль не подходит: он слишком короткий, слишком распространённый или "
        "слишком похож на ваше имя, ваш адрес или название этого сайта.",
        "account.page.activate.done": "Учётная запись ваша. Войдите, чтобы продолжить.",
        "account.page.reset.done": "Пароль изменён. Войдите, чтобы продолжить.",
        "account.page.email.done": "Адрес изменён.",
        "account.page.taken": "Этот адрес принадлежит другой учётной записи.",
        "account.page.wrong": "Эта ссылка не действует: она устарела или уже использована.",
    },
    "es": {
        "account.activate.subject": "Su cuenta en {site}",
        "account.activate.text": "En {site} hay una cuenta para usted. Para hacerse cargo de ella, elija una "
        "contraseña en esta página en un plazo de {days} días:\n\n{link}",
        "account.reset.subject": "Una nueva contraseña en {site}",
        "account.reset.text": "Alguien, probablemente usted, pidió una nueva contraseña para su cuenta en "
        "{site}. Elíjala en esta página en el plazo de una hora:\n\n{link}\n\nSi no fue usted, no haga nada: "
        "su contraseña sigue igual.",
        "account.known.subject": "Usted ya tiene una cuenta en {site}",
        "account.known.text": "Alguien, probablemente usted, pidió una cuenta en {site} con su dirección. Ya "
        "existe una. Si olvidó la contraseña, pida una nueva.",
        "account.refused.subject": "Su solicitud de una cuenta en {site}",
        "account.refused.text": "La secretaría ha examinado su solicitud de una cuenta en {site} y no puede "
        "concederla.",
        "account.password_changed.subject": "Su contraseña ha cambiado",
        "account.password_changed.text": "La contraseña de su cuenta en {site} ha cambiado. Todas sus demás "
        "sesiones están cerradas.",
        "account.email_asked.subject": "Otra dirección para su cuenta",
        "account.email_asked.text": "Alguien que conoce su contraseña pidió otra dirección para su cuenta en "
        "{site}: {email}. Cambiará en cuanto se responda al mensaje enviado allí.",
        "account.email_confirm.subject": "¿Es esta su dirección?",
        "account.email_confirm.text": "Alguien, probablemente usted, quiere iniciar sesión en {site} con "
        "esta dirección. Confírmela en esta página en el plazo de un día:\n\n{link}",
        "account.email_taken.subject": "Esta dirección ya tiene una cuenta",
        "account.email_taken.text": "Alguien, probablemente usted, quería usar esta dirección para otra "
        "cuenta en {site}. Ya pertenece a una cuenta y sigue con ella.",
        "account.email_changed.subject": "Su dirección ha cambiado",
        "account.email_changed.text": "A partir de ahora inicie sesión en {site} con esta dirección.",
        "account.second_factor_added.subject": "El inicio de sesión pide ahora un código",
        "account.second_factor_added.text": "Se ha añadido un segundo factor a su cuenta en {site}. Guarde "
        "los códigos de recuperación en un lugar seguro.",
        "account.second_factor_removed.subject": "El inicio de sesión ya no pide un código",
        "account.second_factor_removed.text": "Se ha quitado el segundo factor de su cuenta en {site}.",
        "account.recovery_code_used.subject": "Se ha usado un código de recuperación",
        "account.recovery_code_used.text": "Alguien, probablemente usted, ha usado un código de recuperación "
        "de su cuenta en {site}. Quedan {left}.",
        "account.recovery_codes_renewed.subject": "Nuevos códigos de recuperación",
        "account.recovery_codes_renewed.text": "Se han creado nuevos códigos de recuperación para su cuenta "
        "en {site}. Los anteriores ya no valen.",
        "account.not_you": "Si no fue usted, elija enseguida una nueva contraseña y avise a la secretaría.",
        "account.page.password": "Nueva contraseña",
        "account.page.activate": "Elija una contraseña para hacerse cargo de su cuenta.",
        "account.page.reset": "Elija una nueva contraseña.",
        "account.page.email": "¿Iniciar sesión con esta dirección a partir de ahora?",
        "account.page.save": "Guardar",
        "account.page.confirm": "Confirmar",
        "account.page.refused": "Esta contraseña no se acepta: es demasiado corta, demasiado común o se "
        "parece demasiado a su nombre, a su dirección o a este sitio.",
        "account.page.activate.done": "La cuenta es suya. Inicie sesión para continuar.",
        "account.page.reset.done": "Su contraseña ha cambiado. Inicie sesión para continuar.",
        "account.page.email.done": "Su dirección ha cambiado.",
        "account.page.taken": "Esta dirección pertenece a otra cuenta.",
        "account.page.wrong": "Este enlace no vale: es demasiado antiguo o ya se usó.",
    },
}
