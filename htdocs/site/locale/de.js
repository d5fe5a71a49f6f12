// German: the frame of every page, the chat page.

export default {
	// --- the frame
	"nav.label": "Seiten",
	"nav.chat": "Chat",
	"nav.tasks": "Aufgaben",
	"nav.panel": "Aufgaben neben dem Chat",
	"nav.account": "Konto und Einstellungen",
	"page.skip": "Zum Inhalt springen",
	"page.broken": "Diese Seite wurde nicht vollständig geladen.",
	"page.reload": "Neu laden",
	"page.retry": "Noch einmal versuchen",
	"session.none": "Melde dich an, um deine Chats und Aufgaben zu sehen.",
	"session.ended":
	    "Deine Sitzung ist zu Ende. Melde dich wieder an, um " +
	    "fortzufahren; was du geschrieben hast, bleibt erhalten.",
	"session.elsewhere":
	    "Niemand ist angemeldet. Melde dich auf deiner Website an, und " +
	    "lade diese Seite dann neu.",
	"session.sign_in": "Anmelden",

	// --- what can go wrong, and what to do
	"error.offline":
	    "Du bist offline. Bitte versuch es noch einmal, sobald die " +
	    "Verbindung wieder da ist.",
	"error.unreachable":
	    "Der Server ist nicht erreichbar. Bitte versuch es gleich noch " +
	    "einmal.",
	"error.unauthorized":
	    "Deine Sitzung ist zu Ende. Melde dich wieder an, um " +
	    "fortzufahren.",
	"error.limited":
	    "Das ging etwas schnell. Bitte warte einen Moment, bevor du es " +
	    "noch einmal versuchst.",
	"error.limited.seconds": {
		one:
		    "Zu viele Versuche. Bitte versuch es in {n} Sekunde noch " +
		    "einmal.",
		other:
		    "Zu viele Versuche. Bitte versuch es in {n} Sekunden " +
		    "noch einmal.",
	},
	"error.limited.minutes": {
		one:
		    "Zu viele Versuche. Bitte versuch es in {n} Minute noch " +
		    "einmal.",
		other:
		    "Zu viele Versuche. Bitte versuch es in {n} Minuten noch " +
		    "einmal.",
	},
	"error.missing": "Das gibt es nicht mehr. Bitte lade die Seite neu.",
	"error.conflict":
	    "Das wurde inzwischen anderswo geändert. Bitte sieh es dir noch " +
	    "einmal an.",
	"error.refused": "Das ging nicht. Bitte prüf deine Eingaben.",
	"error.server":
	    "Etwas ist schiefgegangen. Bitte versuch es gleich noch einmal.",
	"error.strange":
	    "Die Antwort des Servers ergibt keinen Sinn. Bitte prüf deine " +
	    "Verbindung, und lade die Seite neu.",

	// --- the menu of the bar
	"menu.signed_in": "Angemeldet",
	"menu.profile": "Profil",
	"menu.theme": "Darstellung",
	"menu.theme.auto": "Automatisch",
	"menu.theme.light": "Hell",
	"menu.theme.dark": "Dunkel",
	"menu.language": "Sprache",
	"menu.language.auto": "Wie im Browser",
	"menu.sign_out": "Abmelden",

	// --- the chat page
	"chat.greeting": "Was steht auf deiner Liste?",
	"chat.placeholder": "Sag, was du vorhast …",
	"chat.prompt.today": "Was ist heute fällig?",
	"chat.prompt.add": "Neue Aufgabe: morgen um 9 beim Zahnarzt anrufen",
	"chat.prompt.plan": "Was soll ich zuerst tun?",
	"chat.prompt.done": "Was habe ich geschafft?",
	"chat.gone": "Diesen Chat gibt es nicht",
	"chat.gone.why":
	    "Er wurde gelöscht, die Adresse stimmt nicht, oder er gehört zu " +
	    "einem anderen Konto.",
	"chat.new": "Neuen Chat beginnen",
};
