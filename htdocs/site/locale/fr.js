// French: the frame of every page, the chat page.

export default {
	// --- the frame
	"nav.label": "Pages",
	"nav.chat": "Chat",
	"nav.tasks": "Tâches",
	"nav.panel": "Tâches à côté du chat",
	"nav.account": "Compte et réglages",
	"page.skip": "Aller au contenu",
	"page.broken": "Cette page ne s’est pas chargée entièrement.",
	"page.reload": "Recharger",
	"page.retry": "Réessayer",
	"session.none":
	    "Connectez-vous pour voir vos discussions et vos tâches.",
	"session.ended":
	    "Votre session est terminée. Reconnectez-vous pour " +
	    "continuer\u00a0; ce que vous avez écrit est conservé.",
	"session.elsewhere":
	    "Personne n’est connecté. Connectez-vous sur votre site, puis " +
	    "rechargez cette page.",
	"session.sign_in": "Se connecter",

	// --- what can go wrong, and what to do
	"error.offline":
	    "Vous êtes hors ligne. Réessayez au retour de la connexion.",
	"error.unreachable":
	    "Impossible de joindre le serveur. Réessayez dans un instant.",
	"error.unauthorized":
	    "Votre session est terminée. Reconnectez-vous pour continuer.",
	"error.limited":
	    "C’était un peu rapide. Attendez un instant avant de réessayer.",
	"error.limited.seconds": {
		one: "Trop de tentatives. Réessayez dans {n} seconde.",
		many: "Trop de tentatives. Réessayez dans {n} de secondes.",
		other: "Trop de tentatives. Réessayez dans {n} secondes.",
	},
	"error.limited.minutes": {
		one: "Trop de tentatives. Réessayez dans {n} minute.",
		many: "Trop de tentatives. Réessayez dans {n} de minutes.",
		other: "Trop de tentatives. Réessayez dans {n} minutes.",
	},
	"error.missing": "Ceci n’existe plus. Rechargez la page.",
	"error.conflict":
	    "Ceci a été modifié ailleurs entre-temps. Regardez-le de nouveau.",
	"error.refused": "Cela n’a pas pu être fait. Vérifiez votre saisie.",
	"error.server": "Un problème est survenu. Réessayez dans un instant.",
	"error.strange":
	    "La réponse du serveur n’a pas de sens. Vérifiez votre connexion " +
	    "et rechargez la page.",

	// --- the menu of the bar
	"menu.signed_in": "Connecté",
	"menu.profile": "Profil",
	"menu.theme": "Apparence",
	"menu.theme.auto": "Automatique",
	"menu.theme.light": "Claire",
	"menu.theme.dark": "Sombre",
	"menu.language": "Langue",
	"menu.language.auto": "Celle du navigateur",
	"menu.sign_out": "Se déconnecter",

	// --- the chat page
	"chat.greeting": "Qu’y a-t-il sur votre liste\u00a0?",
	"chat.placeholder": "Dites ce que vous avez à faire…",
	"chat.prompt.today": "Qu’est-ce qui est prévu pour aujourd’hui\u00a0?",
	"chat.prompt.add":
	    "Ajoute une tâche\u00a0: appeler le dentiste demain à 9\u00a0h",
	"chat.prompt.plan": "Que devrais-je faire en premier\u00a0?",
	"chat.prompt.done": "Qu’ai-je terminé\u00a0?",
	"chat.gone": "Cette discussion n’est pas ici",
	"chat.gone.why":
	    "Elle a été supprimée, l’adresse n’est pas la bonne, ou elle " +
	    "appartient à un autre compte.",
	"chat.new": "Commencer une nouvelle discussion",
};
