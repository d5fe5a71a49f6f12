// French, with “vous”.  The words of en.js and en-more.js in one.

export default {
	// --- the conversation: states, errors and what to do next
	"error.offline":
	    "Vous êtes hors ligne. Ce que vous envoyez maintenant partira au " +
	    "retour de la connexion.",
	"error.away":
	    "Vous êtes hors ligne. Ce que vous avez écrit est " +
	    "conservé\u00a0: envoyez-le au retour de la connexion.",
	"error.unreachable":
	    "Impossible de joindre le serveur. Réessayez dans un instant.",
	"error.unauthorized":
	    "Votre session est terminée. Reconnectez-vous pour " +
	    "continuer\u00a0; ce que vous avez écrit est conservé.",
	"error.forbidden":
	    "Vous n’y avez pas accès. Connectez-vous avec le compte auquel " +
	    "cela appartient.",
	"error.not_found": "Ceci n’existe plus. Il a peut-être été supprimé.",
	"error.busy":
	    "Une autre réponse est encore en train de s’écrire ici. Attendez " +
	    "qu’elle soit terminée.",
	"error.rate_limited":
	    "Attendez un instant avant d’envoyer un autre message.",
	"error.limited": "La limite du jour est atteinte. La suite :" +
	    " {day}, {time}.",
	"error.refused":
	    "Le serveur ne l’a pas accepté. Modifiez-le et réessayez.",
	"error.too_long":
	    "Ce message est trop long. Raccourcissez-le et renvoyez-le.",
	"error.server":
	    "Un problème est survenu. Réessayez ou dites-le autrement.",
	"error.cut":
	    "La connexion a été coupée et la fin de la réponse manque. " +
	    "Réessayez.",
	"error.bad_answer":
	    "La réponse du serveur n’a pas de sens ici. Votre réseau " +
	    "demande-t-il d’abord de vous connecter\u00a0? Réessayez.",
	"error.stopped": "Vous l’avez arrêté avant l’envoi.",
	"state.stopping": "Arrêt en cours",
	"state.reconnecting": "La connexion est perdue. Reconnexion",
	"state.loading": "Chargement",
	"state.sending": "Envoi en cours",
	"state.streaming": "Une réponse est en train de s’écrire",
	"mark.stopped": "Arrêtée",
	"mark.cut": "La fin de cette réponse manque",
	"local.sending": "Envoi en cours",
	"local.queued": "En attente d’envoi",
	"local.failed": "Non envoyé",

	// --- messages and their actions
	"log.name": "Chat",
	"log.new": "Nouvelle discussion",
	"log.history": "Discussions précédentes",
	"log.module":
	    "Une partie du chat n’a pas pu être chargée. Vérifiez votre " +
	    "connexion et réessayez.",
	"log.hosted":
	    "Ce chat est hébergé ailleurs et demande un autre programme que " +
	    "celui-ci. Signalez-le aux responsables de ce site.",
	"log.retry": "Réessayer",
	"log.messages": "Messages",
	"log.you": "Vous avez dit",
	"log.assistant": "L’assistant a dit",
	"log.thinking": "Réflexion…",
	"log.answer": "Réponse\u00a0: {text}",
	"log.unread":
	    "Il y a une nouvelle réponse dans une autre conversation.",
	"log.older": "Charger les messages précédents",
	"log.latest": "Aller au dernier message",
	"log.latest_new": {
		one: "{n} nouveau message\u00a0: y aller",
		many: "{n} de nouveaux messages\u00a0: aller au dernier",
		other: "{n} nouveaux messages\u00a0: aller au dernier",
	},
	"log.empty": "Rien n’a encore été dit ici.",
	"log.unopened": "Cette conversation n’a pas pu être ouverte.",
	"log.send_now": "Envoyer maintenant",
	"log.discard": "Abandonner",
	"log.close": "Fermer",
	"log.copy": "Copier la réponse",
	"log.copy_own": "Copier le message",
	"log.copied": "Copié",
	"log.not_copied": "Le navigateur n’a pas permis de copier.",
	"log.edit": "Modifier le message",
	"log.again": "Répondre de nouveau",
	"log.good": "Bonne réponse",
	"log.bad": "Mauvaise réponse",
	"log.thanks": "Merci de nous l’avoir dit.",
	"log.steps": {
		one: "{n} étape",
		many: "{n} d’étapes",
		other: "{n} étapes",
	},
	"log.thought": {
		one: "{n} seconde de réflexion",
		many: "{n} de secondes de réflexion",
		other: "{n} secondes de réflexion",
	},
	"log.working": "En plein travail…",
	"log.task_runs": "En cours",
	"log.task_done": "Terminé",
	"log.searched": "Recherche sur le web",
	"log.files": "Fichiers consultés",
	"log.image": "Image",
	"log.drawing": "Une image est en préparation…",
	"log.quoted": "Citation",
	"log.attached": "Fichiers joints",
	"log.skipped": "Ignorée",
	"log.widget": "Cette partie de la réponse n’a pas pu être affichée.",

	// --- composer: writing, attaching, choosing, dictating
	"composer.label": "Message",
	"composer.placeholder": "Écrivez un message",
	"composer.send": "Envoyer",
	"composer.stop": "Arrêter la réponse",
	"composer.save": "Envoyer le message modifié",
	"composer.empty": "Écrivez d’abord un message.",
	"composer.room": {
		one: "Encore {n} caractère",
		many: "Encore {n} de caractères",
		other: "Encore {n} caractères",
	},
	"composer.too_long": {
		one:
		    "{n} caractère de trop. Raccourcissez le message pour " +
		    "l’envoyer.",
		many:
		    "{n} de caractères de trop. Raccourcissez le message " +
		    "pour l’envoyer.",
		other:
		    "{n} caractères de trop. Raccourcissez le message pour " +
		    "l’envoyer.",
	},
	"composer.locked": "On ne peut rien écrire ici pour le moment.",
	"composer.closed":
	    "Cette discussion est close. Commencez-en une nouvelle pour " +
	    "continuer.",
	"composer.uploading":
	    "Des fichiers sont encore en cours d’envoi. Attendez un instant.",
	"composer.upload_failed":
	    "Un fichier n’a pas pu être envoyé. Réessayez ou retirez-le.",
	"composer.editing":
	    "Vous modifiez votre message. Ce qui le suivait sera remplacé.",
	"composer.leave_edit": "Le laisser tel quel",
	"composer.unquote": "Retirer la citation",
	"composer.add": "Ajouter des fichiers ou des outils",
	"composer.tools": "Outils",
	"composer.model": "Modèle\u00a0: {name}",
	"composer.choose_model": "Choisir un modèle",
	"composer.mention": "Mentionner quelque chose",
	"composer.commands": "Commandes",
	"composer.actions": "Actions",
	"composer.found": {
		one: "{n} suggestion. Entrée la choisit, Échap quitte.",
		many:
		    "{n} de suggestions. Les flèches déplacent, Entrée " +
		    "choisit, Échap quitte.",
		other:
		    "{n} suggestions. Les flèches déplacent, Entrée choisit, " +
		    "Échap quitte.",
	},
	"composer.tags": "Mentionné dans ce message",
	"composer.untag": "Retirer {name}",
	"composer.attach": "Joindre des fichiers",
	"composer.files": "Fichiers joints",
	"composer.drop": "Déposez des fichiers ici pour les joindre",
	"composer.progress": "Envoi du fichier {name}",
	"composer.not_uploaded":
	    "«\u00a0{name}\u00a0» n’a pas pu être envoyé. Réessayez ou " +
	    "retirez-le.",
	"composer.cancel_upload": "Annuler l’envoi du fichier {name}",
	"composer.upload_again": "Envoyer de nouveau {name}",
	"composer.remove_file": "Retirer {name}",
	"composer.too_many_files": {
		one: "On ne peut joindre que {n} fichier à un message.",
		many: "On peut joindre au plus {n} de fichiers à un message.",
		other: "On peut joindre au plus {n} fichiers à un message.",
	},
	"composer.too_large":
	    "«\u00a0{name}\u00a0» est trop volumineux. La limite est de " +
	    "{size}.",
	"composer.wrong_type":
	    "«\u00a0{name}\u00a0» ne peut pas être joint. Sont " +
	    "acceptés\u00a0: {types}.",
	"composer.empty_file": "«\u00a0{name}\u00a0» est vide.",
	"composer.dictate": "Dicter",
	"dictation.asking": "En attente du micro",
	"dictation.recording": "Enregistrement",
	"dictation.transcribing": "Transcription de vos paroles",
	"dictation.done": "Terminé",
	"dictation.cancel": "Annuler",
	"dictation.refused":
	    "Le micro est bloqué. Autorisez-le pour cette page dans votre " +
	    "navigateur, puis réessayez.",
	"dictation.no_microphone":
	    "Aucun micro n’a été trouvé. Branchez-en un, puis réessayez.",
	"dictation.in_use":
	    "Le micro ne donne aucun son. Un autre programme l’utilise " +
	    "peut-être.",
	"dictation.unsupported":
	    "Ce navigateur ne peut pas enregistrer ici. Vous pouvez écrire à " +
	    "la place.",
	"dictation.nothing":
	    "Rien n’a été compris. Réessayez, un peu plus près du micro.",
	"questions.label": "Questions",
	"questions.own": "Autre chose",
	"questions.skip": "Ignorer",
	"questions.send": "Envoyer les réponses",
	"questions.empty": "Répondez à au moins une question, ou ignorez-les.",

	// --- history, search, start screen
	"start.greeting": "Comment puis-je vous aider aujourd’hui\u00a0?",
	"history.close": "Fermer la liste",
	"history.today": "Aujourd’hui",
	"history.yesterday": "Hier",
	"history.week": "7 derniers jours",
	"history.month": "30 derniers jours",
	"history.empty": "Il n’y a pas encore de discussion.",
	"history.unread": "{title}, avec une nouvelle réponse",
	"history.menu": "Que faire de «\u00a0{title}\u00a0»",
	"history.rename": "Renommer",
	"history.new_name": "Nouveau nom",
	"history.delete": "Supprimer",
	"history.ask_delete": "Supprimer cette discussion\u00a0?",
	"history.delete_means":
	    "«\u00a0{title}\u00a0» et tous ses messages disparaîtront pour " +
	    "de bon. Ce qui y a été fait reste fait.",
	"history.deleted": "La discussion est supprimée.",
	"search.placeholder": "Chercher dans vos discussions",
	"search.found": "Discussions trouvées",
	"search.count": {
		one: "{n} discussion trouvée",
		many: "{n} de discussions trouvées",
		other: "{n} discussions trouvées",
	},
	"search.nothing":
	    "Rien n’a été trouvé. Essayez avec moins de mots, ou d’autres.",
	"search.more": "Il y en a d’autres. Ajoutez un mot pour affiner.",

	// --- widgets, tasks, sources
	"code.copy": "Copier",
	"code.copied": "Copié",
	"code.not_copied": "Le navigateur ne l’a pas permis",
	"code.label": "Code",
	"code.of": "Code\u00a0: {language}",
	"table.label": "Tableau",
	"image.label": "Image",
	"task.done": "faite",
	"task.open": "à faire",
	"widget.more": {
		one: "En afficher {n} de plus",
		many: "En afficher {n} de plus",
		other: "En afficher {n} de plus",
	},
	"widget.wait": "Possible quand la réponse sera complète",
	"widget.choose": "Choisir…",
	"widget.button": "Bouton",
	"widget.pattern": "Veuillez respecter le format demandé.",
	"widget.collision":
	    "Le champ {name} porte le nom d’une donnée que son action envoie " +
	    "déjà\u00a0; il a été écarté.",
	"chart.label": {
		one: "Graphique de {names}, {n} valeur",
		many: "Graphique de {names}, {n} de valeurs chacun",
		other: "Graphique de {names}, {n} valeurs chacun",
	},
	"chart.numbers": "Les chiffres",
	"sources.title": {
		one: "{n} source",
		many: "{n} de sources",
		other: "{n} sources",
	},
	"sources.mark": "Source {n}\u00a0: {title}",

	// --- dialogs, menus, shortcuts
	"dialog.cancel": "Annuler",
	"shortcut.title": "Raccourcis clavier",
	"shortcut.send": "Envoyer le message",
	"shortcut.line": "Nouvelle ligne",
	"shortcut.edit": "Modifier votre dernier message (dans un champ vide)",
	"shortcut.stop":
	    "Arrêter la réponse, quitter un menu ou une modification",
	"shortcut.search": "Chercher dans les discussions",
	"shortcut.list": "Afficher cette liste",
};
