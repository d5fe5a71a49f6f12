// French: what single pages say; the frame's words are in fr.js.

export default {
	// --- forms
	"form.name": "Nom",
	"form.email.label": "Adresse e-mail",
	"form.password": "Mot de passe",
	"form.password.new": "Nouveau mot de passe",
	"form.password.current": "Mot de passe actuel",
	"form.password.min": {
		one: "Au moins {n} caractère.",
		many: "Au moins {n} de caractères.",
		other: "Au moins {n} caractères.",
	},
	"form.show": "Afficher",
	"form.show.what": "Afficher\u00a0: {name}",
	"form.hide": "Masquer",
	"form.hide.what": "Masquer\u00a0: {name}",
	"form.wrong": "Veuillez revoir ceci\u00a0:",
	"form.missing": "Veuillez remplir ce champ.",
	"form.email": "Saisissez une adresse comme name@example.org.",
	"form.refused": "Ceci ne peut pas être utilisé. Veuillez le modifier.",

	// --- signing in and up, a new password
	"sign_in.title": "Se connecter",
	"sign_in.go": "Se connecter",
	"sign_in.remember": "Rester connecté sur cet appareil",
	"sign_in.forgot": "Mot de passe oublié\u00a0?",
	"sign_in.new": "Première visite\u00a0?",
	"sign_up.title": "Créer un compte",
	"sign_up.go": "Créer le compte",
	"sign_up.known": "Vous avez déjà un compte\u00a0?",
	"sign_up.sent":
	    "Pour terminer, ouvrez le lien du message envoyé à cette " +
	    "adresse\u00a0:",
	"sign_up.off":
	    "On ne peut pas créer de compte ici. Adressez-vous aux " +
	    "responsables de ce site.",
	"mail.sent": "Consultez vos e-mails",
	"forgot.title": "Un nouveau mot de passe",
	"forgot.how":
	    "Indiquez votre adresse, et nous vous enverrons un lien pour " +
	    "choisir un nouveau mot de passe.",
	"forgot.go": "Envoyer le lien",
	"forgot.sent":
	    "S’il existe un compte avec cette adresse, un lien est en " +
	    "route\u00a0:",
	"forgot.hour":
	    "Il est valable une heure. Rien reçu\u00a0? Regardez dans les " +
	    "indésirables, ou réessayez.",
	"forgot.off":
	    "Ce site n’envoie pas d’e-mails. Demandez un nouveau mot de " +
	    "passe à ses responsables.",
	"reset.title": "Choisissez un nouveau mot de passe",
	"reset.go": "Enregistrer le mot de passe",
	"reset.done": "Votre mot de passe est changé",
	"reset.done.more":
	    "Vous avez été déconnecté partout. Connectez-vous avec le " +
	    "nouveau.",
	"reset.stale":
	    "Ce lien n’est plus valable\u00a0: il a déjà servi, ou il a plus " +
	    "d’une heure.",
	"reset.again": "Demander un nouveau lien",
	"verify.title": "Votre adresse e-mail",
	"verify.done": "Votre adresse est confirmée",
	"verify.go_on": "Aller au chat",
	"verify.go": "Envoyer un nouveau lien",
	"verify.stale":
	    "Ce lien n’est plus valable. Nous pouvons vous en envoyer un " +
	    "nouveau.",
	"verify.sent":
	    "Si cette adresse attend d’être confirmée, un nouveau lien est " +
	    "en route\u00a0:",
	"verify.resend": "Renvoyer le message",
	"verify.resent":
	    "Message renvoyé. Il peut mettre une minute à arriver.",
	"account.back": "Retour à la connexion",
	"account.off":
	    "Il n’y a pas de comptes ici. Connectez-vous sur votre " +
	    "site\u00a0; ces pages vous reconnaîtront alors.",

	// --- what the accounts refuse
	"account.invalid_email":
	    "Saisissez une adresse comme name@example.org.",
	"account.email_same": "C’est déjà votre adresse.",
	"account.user_already_exists_use_another_email":
	    "Il existe déjà un compte avec cette adresse. Connectez-vous, ou " +
	    "prenez une autre adresse.",
	"account.password_too_short": {
		one: "Prenez au moins {n} caractère.",
		many: "Prenez au moins {n} de caractères.",
		other: "Prenez au moins {n} caractères.",
	},
	"account.password_too_long": "Prenez au plus 128 caractères.",
	"account.password_too_weak":
	    "Beaucoup de gens utilisent ce mot de passe, il est donc facile " +
	    "à deviner. Choisissez-en un autre.",
	"account.invalid_password":
	    "Ce n’est pas votre mot de passe. Réessayez.",
	"account.invalid_email_or_password":
	    "L’adresse et le mot de passe ne correspondent pas. Réessayez.",
	"account.email_not_verified":
	    "Votre adresse n’est pas encore confirmée. Ouvrez le lien du " +
	    "message que nous vous avons envoyé.",
	"account.invalid_token":
	    "Ce lien n’est plus valable. Demandez-en un nouveau.",
	"account.email_password_sign_up_disabled":
	    "On ne peut pas créer de compte ici. Adressez-vous aux " +
	    "responsables de ce site.",
	"account.change_email_disabled":
	    "Ce site n’envoie pas d’e-mails\u00a0; l’adresse ne peut donc " +
	    "pas être changée.",
	"account.reset_password_disabled":
	    "Ce site n’envoie pas d’e-mails. Demandez un nouveau mot de " +
	    "passe à ses responsables.",
	"account.credential_account_not_found":
	    "Ce compte n’a pas de mot de passe.",

	// --- profile
	"profile.title": "Profil",
	"profile.elsewhere":
	    "Votre nom et votre mot de passe sont gérés par le site où vous " +
	    "vous êtes connecté.",
	"profile.you": "Vous",
	"profile.save": "Enregistrer",
	"profile.saved": "Enregistré.",
	"profile.unconfirmed": "Pas encore confirmée.",
	"profile.confirm": "M’envoyer le lien",
	"profile.email.new": "Nouvelle adresse",
	"profile.email.change": "Changer l’adresse",
	"profile.email.sent":
	    "Ouvrez le lien du message envoyé à {email} avant de vous " +
	    "déconnecter. D’ici là, votre adresse reste la même.",
	"profile.password": "Mot de passe",
	"profile.password.others": "Me déconnecter partout ailleurs",
	"profile.password.change": "Changer le mot de passe",
	"profile.password.done": "Votre mot de passe est changé.",

	// --- sessions
	"sessions.title": "Où vous êtes connecté",
	"sessions.device": "{browser} sur {system}",
	"sessions.unknown": "Programme inconnu",
	"sessions.this": "Celle-ci",
	"sessions.seen": "Vue pour la dernière fois\u00a0: {when}",
	"sessions.end": "Déconnecter",
	"sessions.end.what": "Déconnecter\u00a0: {name}",
	"sessions.end.others": "Déconnecter partout ailleurs",
	"sessions.ended": "Cette session est déconnectée.",
	"sessions.fresh":
	    "Votre connexion date de plus d’un jour. Pour voir cette liste, " +
	    "saisissez encore une fois votre mot de passe.",
	"sessions.fresh.go": "Afficher la liste",

	// --- access tokens
	"tokens.title": "Accès pour les programmes",
	"tokens.what":
	    "Un jeton permet à un script ou à un client MCP de travailler " +
	    "sur vos tâches, et sur rien d’autre. Quiconque l’a peut s’en " +
	    "servir\u00a0: gardez-le comme un mot de passe.",
	"tokens.none": "Vous n’en avez aucun.",
	"tokens.once": "Copiez-le maintenant\u00a0: il ne sera plus affiché.",
	"tokens.copy": "Copier",
	"tokens.copied": "Copié.",
	"tokens.name": "À quoi sert-il\u00a0?",
	"tokens.days": "Valable",
	"tokens.days.30": "30 jours",
	"tokens.days.90": "90 jours",
	"tokens.days.365": "Un an",
	"tokens.days.none": "Sans limite",
	"tokens.scope": "Peut",
	"tokens.scope.write": "Lire et modifier les tâches",
	"tokens.scope.read": "Seulement lire les tâches",
	"tokens.make": "Créer un jeton",
	"tokens.until": "jusqu’au {when}",
	"tokens.forever": "sans limite",
	"tokens.used": "utilisé\u00a0: {when}",
	"tokens.unused": "jamais utilisé",
	"tokens.revoke": "Révoquer",
	"tokens.revoke.what": "Révoquer\u00a0: {name}",
	"tokens.revoked": "«\u00a0{name}\u00a0» est révoqué.",
	"tokens.many":
	    "Vous ne pouvez pas avoir plus de jetons. Révoquez-en d’abord un.",

	// --- the address of MCP, connected programs
	"mcp.what":
	    "Donnez cette adresse à un assistant ou à un éditeur qui parle " +
	    "MCP. Il vous amènera ici pour demander ce qu’il peut faire.",
	"mcp.copy": "Copier l’adresse",
	"apps.title": "Programmes connectés",
	"apps.none": "Aucun n’est connecté.",
	"apps.since": "depuis le {when}",
	"apps.scope.change": "Seulement modifier les tâches",
	"apps.end": "Déconnecter",
	"apps.end.what": "Déconnecter\u00a0: {name}",
	"apps.ended": "«\u00a0{name}\u00a0» est déconnecté.",
	"tokens.own": "Jetons d’accès",

	// --- a program asks for access
	"authorize.title": "Autoriser l’accès à vos tâches\u00a0?",
	"authorize.wait": "Un instant…",
	"authorize.registered": "enregistré par l’exploitant de ce site",
	"authorize.may": "Il pourra",
	"authorize.both": "Voir et modifier vos tâches",
	"authorize.read": "Seulement voir vos tâches",
	"authorize.only.read": "Il pourra voir vos tâches, sans les modifier.",
	"authorize.only.write":
	    "Il pourra modifier vos tâches, sans voir la liste.",
	"authorize.not":
	    "Il ne verra ni vos discussions ni votre mot de passe.",
	"authorize.as": "Vous êtes connecté en tant que",
	"authorize.other": "Se connecter avec un autre compte",
	"authorize.to": "La réponse sera envoyée à",
	"authorize.to.here": "un programme sur cet ordinateur",
	"authorize.to.app":
	    "le programme de cet appareil qui ouvre les adresses {scheme}",
	"authorize.warn.host":
	    "Ce programme appartient à {client}, mais la réponse ira à " +
	    "{host}. N’autorisez que si vous vous y attendez.",
	"authorize.warn.here":
	    "Tout programme de cet ordinateur peut faire cette demande, sous " +
	    "n’importe quel nom. N’autorisez que si vous venez de lancer " +
	    "cela vous-même.",
	"authorize.warn.app":
	    "Tout programme de cet appareil peut s’attribuer de telles " +
	    "adresses. N’autorisez que si vous venez de lancer cela vous-même.",
	"authorize.revoke":
	    "Vous pouvez revenir là-dessus à tout moment, dans votre profil.",
	"authorize.allow": "Autoriser",
	"authorize.cancel": "Annuler",
	"authorize.allowed": "L’accès est autorisé",
	"authorize.refused": "L’accès n’a pas été autorisé",
	"authorize.going": "Vous êtes ramené au programme.",
	"authorize.close":
	    "Votre navigateur ouvre le programme, peut-être après vous " +
	    "l’avoir demandé. Vous pouvez ensuite fermer cette page.",
	"authorize.back": "Revenir au programme",
	"authorize.failed": "Ce programme ne peut pas être connecté",
	"authorize.off":
	    "Ce site n’offre pas d’accès aux programmes. Son exploitant peut " +
	    "l’activer.",
	"authorize.client":
	    "Le programme ne dit pas correctement qui il est\u00a0: rien n’a " +
	    "été autorisé. Seuls ses auteurs peuvent y remédier.",
	"authorize.redirect":
	    "La réponse irait à une adresse qui n’est pas connue comme celle " +
	    "de ce programme. Rien n’y a été envoyé.",
	"authorize.request":
	    "Le lien vers cette page n’est pas complet. Recommencez dans le " +
	    "programme qui vous a amené ici.",
	"authorize.away":
	    "Le site du programme, qui dit qui il est, ne répond pas. " +
	    "Réessayez dans un instant.",
	"authorize.many":
	    "Vous ne pouvez pas avoir plus de programmes connectés. " +
	    "Déconnectez-en un d’abord dans votre profil.",
	"authorize.detail": "Pour ses auteurs\u00a0:",
	"authorize.framed":
	    "Pour que personne ne vous fasse cliquer sur ce que vous ne " +
	    "voyez pas, cette page ne fonctionne que seule.",
	"authorize.alone": "Ouvrir séparément",

	// --- a copy of everything, the end of the account
	"export.title": "Vos données",
	"export.what":
	    "Tout ce qui est conservé ici à votre sujet – tâches, " +
	    "discussions, compte – dans un seul fichier JSON.",
	"export.go": "Télécharger",
	"delete.title": "Supprimer le compte",
	"delete.what":
	    "Votre compte, toutes vos tâches et toutes vos discussions sont " +
	    "supprimés aussitôt et pour de bon. Personne ne peut les " +
	    "récupérer.",
	"delete.open": "Supprimer mon compte…",
	"delete.sure": "Supprimer votre compte\u00a0?",
	"delete.type": "Tapez ce mot pour confirmer\u00a0:",
	"delete.word": "supprimer",
	"delete.word.wrong": "Tapez «\u00a0{word}\u00a0».",
	"delete.go": "Supprimer pour de bon",
	"delete.keep": "Le garder",
	"delete.done": "Votre compte est supprimé",
	"delete.done.more":
	    "Toutes vos tâches et discussions ont disparu avec lui.",
	"delete.leave": "Vers la page d’accueil",

	// --- the start page, a page that is not there
	"start.title": "Vos tâches, en discutant",
	"start.lead":
	    "Dites ce que vous avez à faire. Un assistant tient la liste, " +
	    "trouve ce qui est à échéance, et demande avant de supprimer " +
	    "quoi que ce soit.",
	"start.elsewhere":
	    "Il n’y a pas de comptes ici\u00a0: connectez-vous sur votre " +
	    "site, et ces pages vous reconnaîtront.",
	"start.sample": "Un exemple\u00a0: deux tâches s’ajoutent en le disant",
	"start.sample.said":
	    "Appeler le dentiste demain à neuf heures, et acheter du lait",
	"start.sample.answer": "Les deux sont ajoutées.",
	"start.sample.one": "Appeler le dentiste",
	"start.sample.two": "Acheter du lait",
	"start.sample.due": "Demain, 9:00",
	"start.talk": "Parlez",
	"start.talk.more":
	    "Des mots simples suffisent, même pour plusieurs choses à la " +
	    "fois.",
	"start.list": "Voyez la liste",
	"start.list.more":
	    "Les tâches sont à côté du chat. Modifiez-les à la main quand " +
	    "c’est plus rapide.",
	"start.yours": "Tout reste à vous",
	"start.yours.more":
	    "Tout est conservé sur ce serveur. Prenez-en une copie, ou " +
	    "supprimez-le, à tout moment.",
	"start.operators": "Pour les exploitants et les programmes\u00a0:",
	"start.ready": "est-ce prêt\u00a0?",
	"start.api": "l’API, à laquelle curl peut parler",
	"missing.title": "Cette page n’existe pas",
	"missing.more":
	    "L’adresse est peut-être mal écrite, ou la page a été déplacée.",

	// --- the button for other pages
	"embed.title": "Le chat sur vos pages",
	"embed.what":
	    "Un bouton rond dans le coin ouvre le chat. Il est sur cette " +
	    "page\u00a0: essayez-le.",
	"embed.how": "Une ligne",
	"embed.how.more":
	    "Placez ceci dans une page de ce site, ou d’une origine que ses " +
	    "responsables ont autorisée\u00a0:",
	"embed.attributes": "Son apparence",
	"embed.position":
	    "«\u00a0start\u00a0» ou «\u00a0end\u00a0»\u00a0: le côté où il " +
	    "se trouve.",
	"embed.label": "Le nom du bouton.",
	"embed.theme":
	    "«\u00a0light\u00a0» ou «\u00a0dark\u00a0»\u00a0; sinon, comme " +
	    "le système du lecteur.",
	"embed.locale":
	    "Une langue comme «\u00a0de\u00a0»\u00a0; sinon, celle de la " +
	    "page.",
	"embed.accent":
	    "Une couleur pour le bouton, comme «\u00a0#0b6e58\u00a0».",
	"embed.token":
	    "Sur un autre site\u00a0: une adresse de ce site qui répond " +
	    "{\"token\": \"…\"} pour quiconque est connecté.",
	"embed.policy":
	    "Une page avec une Content-Security-Policy nomme cette origine " +
	    "dans script-src, style-src et connect-src.",

	// --- the vendor's element
	"official.title": "L’élément de chat du fournisseur",
	"official.what":
	    "Cette page charge le ChatKit d’OpenAI depuis ses serveurs et le " +
	    "relie à celui-ci. Le chat de ce site n’a besoin ni de l’un ni " +
	    "des autres.",
	"official.loading": "Chargement en cours…",
	"official.key":
	    "Ce site n’a pas de clé de domaine. Ses responsables en " +
	    "obtiennent une du fournisseur et règlent " +
	    "chatkit_domain_key\u00a0; ce n’est que sur localhost que l’on " +
	    "peut s’en passer.",
	"official.failed":
	    "Le script du fournisseur ne s’est pas chargé. Il est peut-être " +
	    "bloqué, ou ses serveurs sont injoignables. Le chat de ce site " +
	    "fonctionne quand même.",
	"official.slow":
	    "L’élément du fournisseur n’a pas encore répondu. S’il reste " +
	    "vide, sa clé de domaine n’est probablement pas pour cette " +
	    "adresse.",
};
