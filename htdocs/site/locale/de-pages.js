// German: what single pages say; the frame's words are in de.js.

export default {
	// --- forms
	"form.name": "Name",
	"form.email.label": "E-Mail",
	"form.password": "Passwort",
	"form.password.new": "Neues Passwort",
	"form.password.current": "Bisheriges Passwort",
	"form.password.min": {
		one: "Mindestens {n} Zeichen.",
		other: "Mindestens {n} Zeichen.",
	},
	"form.show": "Zeigen",
	"form.show.what": "Zeigen: {name}",
	"form.hide": "Verbergen",
	"form.hide.what": "Verbergen: {name}",
	"form.wrong": "Bitte sieh dir das noch einmal an:",
	"form.missing": "Bitte füll das aus.",
	"form.email": "Bitte gib eine Adresse wie name@example.org ein.",
	"form.refused": "Das geht nicht. Bitte ändere es.",

	// --- signing in and up, a new password
	"sign_in.title": "Anmelden",
	"sign_in.go": "Anmelden",
	"sign_in.remember": "Auf diesem Gerät angemeldet bleiben",
	"sign_in.forgot": "Passwort vergessen?",
	"sign_in.new": "Neu hier?",
	"sign_up.title": "Konto anlegen",
	"sign_up.go": "Konto anlegen",
	"sign_up.known": "Du hast schon ein Konto?",
	"sign_up.sent":
	    "Fast fertig: Öffne den Link in der Nachricht an diese Adresse:",
	"sign_up.off":
	    "Hier lassen sich keine Konten anlegen. Frag die Betreiber " +
	    "dieser Seite.",
	"mail.sent": "Sieh in deine E-Mails",
	"forgot.title": "Ein neues Passwort",
	"forgot.how":
	    "Nenn uns deine Adresse, und wir schicken dir einen Link, um ein " +
	    "neues Passwort zu wählen.",
	"forgot.go": "Link schicken",
	"forgot.sent":
	    "Gibt es ein Konto mit dieser Adresse, ist ein Link unterwegs:",
	"forgot.hour":
	    "Er gilt eine Stunde lang. Nichts angekommen? Sieh im " +
	    "Spam-Ordner nach, oder versuch es noch einmal.",
	"forgot.off":
	    "Diese Seite verschickt keine E-Mails. Bitte ihre Betreiber um " +
	    "ein neues Passwort.",
	"reset.title": "Wähl ein neues Passwort",
	"reset.go": "Passwort speichern",
	"reset.done": "Dein Passwort ist geändert",
	"reset.done.more":
	    "Du wurdest überall abgemeldet. Melde dich mit dem neuen an.",
	"reset.stale":
	    "Dieser Link gilt nicht mehr: Er wurde benutzt oder ist älter " +
	    "als eine Stunde.",
	"reset.again": "Neuen Link anfordern",
	"verify.title": "Deine E-Mail-Adresse",
	"verify.done": "Deine Adresse ist bestätigt",
	"verify.go_on": "Zum Chat",
	"verify.go": "Neuen Link schicken",
	"verify.stale":
	    "Dieser Link gilt nicht mehr. Wir können dir einen neuen " +
	    "schicken.",
	"verify.sent":
	    "Wartet diese Adresse auf ihre Bestätigung, ist ein neuer Link " +
	    "unterwegs:",
	"verify.resend": "Nachricht noch einmal schicken",
	"verify.resent":
	    "Noch einmal geschickt. Es kann eine Minute dauern, bis sie " +
	    "ankommt.",
	"account.back": "Zurück zur Anmeldung",
	"account.off":
	    "Hier gibt es keine Konten. Melde dich auf deiner Website an; " +
	    "dann kennen dich auch diese Seiten.",

	// --- what the accounts refuse
	"account.invalid_email":
	    "Bitte gib eine Adresse wie name@example.org ein.",
	"account.email_same": "Das ist schon deine Adresse.",
	"account.user_already_exists_use_another_email":
	    "Mit dieser Adresse gibt es schon ein Konto. Melde dich an, oder " +
	    "nimm eine andere Adresse.",
	"account.password_too_short": {
		one: "Bitte nimm mindestens {n} Zeichen.",
		other: "Bitte nimm mindestens {n} Zeichen.",
	},
	"account.password_too_long": "Bitte nimm höchstens 128 Zeichen.",
	"account.password_too_weak":
	    "Viele benutzen dieses Passwort, darum ist es leicht zu erraten. " +
	    "Bitte wähl ein anderes.",
	"account.invalid_password":
	    "Das ist nicht dein Passwort. Bitte versuch es noch einmal.",
	"account.invalid_email_or_password":
	    "Adresse und Passwort passen nicht zusammen. Bitte versuch es " +
	    "noch einmal.",
	"account.email_not_verified":
	    "Deine Adresse ist noch nicht bestätigt. Öffne den Link in der " +
	    "Nachricht, die wir dir geschickt haben.",
	"account.invalid_token":
	    "Dieser Link gilt nicht mehr. Bitte fordere einen neuen an.",
	"account.email_password_sign_up_disabled":
	    "Hier lassen sich keine Konten anlegen. Frag die Betreiber " +
	    "dieser Seite.",
	"account.change_email_disabled":
	    "Diese Seite verschickt keine E-Mails, darum lässt sich die " +
	    "Adresse nicht ändern.",
	"account.reset_password_disabled":
	    "Diese Seite verschickt keine E-Mails. Bitte ihre Betreiber um " +
	    "ein neues Passwort.",
	"account.credential_account_not_found":
	    "Dieses Konto hat kein Passwort.",

	// --- profile
	"profile.title": "Profil",
	"profile.elsewhere":
	    "Deinen Namen und dein Passwort verwaltet die Website, auf der " +
	    "du dich angemeldet hast.",
	"profile.you": "Du",
	"profile.save": "Speichern",
	"profile.saved": "Gespeichert.",
	"profile.unconfirmed": "Noch nicht bestätigt.",
	"profile.confirm": "Link schicken",
	"profile.email.new": "Neue Adresse",
	"profile.email.change": "Adresse ändern",
	"profile.email.sent":
	    "Öffne den Link in der Nachricht an {email}, bevor du dich " +
	    "abmeldest. Bis dahin bleibt deine Adresse, wie sie ist.",
	"profile.password": "Passwort",
	"profile.password.others": "Mich überall sonst abmelden",
	"profile.password.change": "Passwort ändern",
	"profile.password.done": "Dein Passwort ist geändert.",

	// --- sessions
	"sessions.title": "Wo du angemeldet bist",
	"sessions.device": "{browser} unter {system}",
	"sessions.unknown": "Unbekanntes Programm",
	"sessions.this": "Dieses hier",
	"sessions.seen": "Zuletzt gesehen: {when}",
	"sessions.end": "Abmelden",
	"sessions.end.what": "Abmelden: {name}",
	"sessions.end.others": "Überall sonst abmelden",
	"sessions.ended": "Dort abgemeldet.",
	"sessions.fresh":
	    "Deine Anmeldung ist über einen Tag alt. Gib dein Passwort noch " +
	    "einmal ein, um diese Liste zu sehen.",
	"sessions.fresh.go": "Liste zeigen",

	// --- access tokens
	"tokens.title": "Zugriff für Programme",
	"tokens.what":
	    "Mit einem Token kann ein Skript oder ein MCP-Client mit deinen " +
	    "Aufgaben arbeiten, und mit sonst nichts. Wer es hat, kann es " +
	    "benutzen: Bewahr es auf wie ein Passwort.",
	"tokens.none": "Du hast keine.",
	"tokens.once": "Kopier es jetzt: Es wird nicht noch einmal gezeigt.",
	"tokens.copy": "Kopieren",
	"tokens.copied": "Kopiert.",
	"tokens.name": "Wofür ist es?",
	"tokens.days": "Gültig für",
	"tokens.days.30": "30 Tage",
	"tokens.days.90": "90 Tage",
	"tokens.days.365": "Ein Jahr",
	"tokens.days.none": "Unbegrenzt",
	"tokens.scope": "Darf",
	"tokens.scope.write": "Aufgaben lesen und ändern",
	"tokens.scope.read": "Aufgaben nur lesen",
	"tokens.make": "Token erstellen",
	"tokens.until": "bis {when}",
	"tokens.forever": "unbegrenzt",
	"tokens.used": "benutzt: {when}",
	"tokens.unused": "nie benutzt",
	"tokens.revoke": "Widerrufen",
	"tokens.revoke.what": "Widerrufen: {name}",
	"tokens.revoked": "„{name}“ ist widerrufen.",
	"tokens.many": "Mehr Token sind nicht möglich. Widerruf zuerst eines.",

	// --- the address of MCP, connected programs
	"mcp.what":
	    "Gib diese Adresse einem Assistenten oder Editor, der MCP " +
	    "spricht. Er schickt dich dann hierher und fragt, was er darf.",
	"mcp.copy": "Adresse kopieren",
	"apps.title": "Verbundene Programme",
	"apps.none": "Keines ist verbunden.",
	"apps.since": "seit {when}",
	"apps.scope.change": "Aufgaben nur ändern",
	"apps.end": "Trennen",
	"apps.end.what": "Trennen: {name}",
	"apps.ended": "„{name}“ ist getrennt.",
	"tokens.own": "Zugriffstoken",

	// --- a program asks for access
	"authorize.title": "Zugriff auf deine Aufgaben erlauben?",
	"authorize.wait": "Einen Moment…",
	"authorize.registered": "vom Betreiber dieser Seite eingetragen",
	"authorize.may": "Es darf",
	"authorize.both": "Deine Aufgaben sehen und ändern",
	"authorize.read": "Deine Aufgaben nur sehen",
	"authorize.only.read":
	    "Es darf deine Aufgaben sehen, aber keine ändern.",
	"authorize.only.write":
	    "Es darf deine Aufgaben ändern, ohne die Liste zu sehen.",
	"authorize.not": "Deine Chats und dein Passwort sieht es nicht.",
	"authorize.as": "Du bist angemeldet als",
	"authorize.other": "Als jemand anderes anmelden",
	"authorize.to": "Die Antwort geht an",
	"authorize.to.here": "ein Programm auf diesem Computer",
	"authorize.to.app":
	    "das Programm auf diesem Gerät, das {scheme}-Adressen öffnet",
	"authorize.warn.host":
	    "Dieses Programm gehört zu {client}, aber die Antwort geht an " +
	    "{host}. Erlaub es nur, wenn du das so erwartest.",
	"authorize.warn.here":
	    "Jedes Programm auf diesem Computer kann so fragen, unter jedem " +
	    "Namen. Erlaub es nur, wenn du das gerade selbst begonnen hast.",
	"authorize.warn.app":
	    "Jedes Programm auf diesem Gerät kann solche Adressen für sich " +
	    "beanspruchen. Erlaub es nur, wenn du das gerade selbst begonnen " +
	    "hast.",
	"authorize.revoke":
	    "Du kannst das jederzeit in deinem Profil zurücknehmen.",
	"authorize.allow": "Erlauben",
	"authorize.cancel": "Abbrechen",
	"authorize.allowed": "Der Zugriff ist erlaubt",
	"authorize.refused": "Der Zugriff wurde nicht erlaubt",
	"authorize.going": "Du wirst zum Programm zurückgebracht.",
	"authorize.close":
	    "Dein Browser öffnet das Programm und fragt dich vielleicht " +
	    "vorher. Danach kannst du diese Seite schließen.",
	"authorize.back": "Zurück zum Programm",
	"authorize.failed": "Dieses Programm kann nicht verbunden werden",
	"authorize.off":
	    "Diese Seite hat keinen Zugang für Programme. Ihr Betreiber kann " +
	    "ihn einschalten.",
	"authorize.client":
	    "Das Programm sagt nicht richtig, wer es ist, deshalb wurde " +
	    "nichts erlaubt. Das können nur seine Hersteller beheben.",
	"authorize.redirect":
	    "Die Antwort ginge an eine Adresse, die für dieses Programm " +
	    "nicht eingetragen ist. Dorthin wurde nichts geschickt.",
	"authorize.request":
	    "Der Weg zu dieser Seite war unvollständig. Bitte fang in dem " +
	    "Programm, das dich hergeschickt hat, noch einmal an.",
	"authorize.away":
	    "Die Website des Programms, auf der steht, wer es ist, antwortet " +
	    "nicht. Bitte versuch es gleich noch einmal.",
	"authorize.many":
	    "Mehr verbundene Programme sind nicht möglich. Trenn zuerst " +
	    "eines in deinem Profil.",
	"authorize.detail": "Für seine Hersteller:",
	"authorize.framed":
	    "Damit dich niemand auf etwas klicken lassen kann, das du nicht " +
	    "siehst, geht diese Seite nur für sich allein.",
	"authorize.alone": "Für sich allein öffnen",

	// --- a copy of everything, the end of the account
	"export.title": "Deine Daten",
	"export.what":
	    "Alles, was hier von dir gespeichert ist – Aufgaben, Chats, " +
	    "Konto –, als eine JSON-Datei.",
	"export.go": "Herunterladen",
	"delete.title": "Konto löschen",
	"delete.what":
	    "Dein Konto, alle deine Aufgaben und alle deine Chats werden " +
	    "sofort und endgültig gelöscht. Niemand kann sie zurückholen.",
	"delete.open": "Mein Konto löschen …",
	"delete.sure": "Dein Konto löschen?",
	"delete.type": "Schreib zur Bestätigung dieses Wort:",
	"delete.word": "löschen",
	"delete.word.wrong": "Bitte schreib „{word}“.",
	"delete.go": "Endgültig löschen",
	"delete.keep": "Behalten",
	"delete.done": "Dein Konto ist gelöscht",
	"delete.done.more": "Alle deine Aufgaben und Chats sind mit ihm weg.",
	"delete.leave": "Zur Startseite",

	// --- the start page, a page that is not there
	"start.title": "Deine Aufgaben, im Gespräch",
	"start.lead":
	    "Sag, was du zu tun hast. Ein Assistent führt die Liste, findet, " +
	    "was fällig ist, und fragt, bevor er etwas löscht.",
	"start.elsewhere":
	    "Hier gibt es keine Konten: Melde dich auf deiner Website an, " +
	    "dann kennen dich auch diese Seiten.",
	"start.sample":
	    "Ein Beispiel: Zwei Aufgaben kommen mit einem Satz dazu",
	"start.sample.said":
	    "Morgen um neun beim Zahnarzt anrufen, und Milch kaufen",
	"start.sample.answer": "Beide hinzugefügt.",
	"start.sample.one": "Beim Zahnarzt anrufen",
	"start.sample.two": "Milch kaufen",
	"start.sample.due": "Morgen, 9:00",
	"start.talk": "Sprich",
	"start.talk.more":
	    "Einfache Worte genügen, auch mehrere Dinge auf einmal.",
	"start.list": "Sieh die Liste",
	"start.list.more":
	    "Die Aufgaben stehen neben dem Chat. Ändere sie von Hand, wenn " +
	    "das schneller geht.",
	"start.yours": "Es bleibt deins",
	"start.yours.more":
	    "Alles liegt auf diesem Server. Nimm dir eine Kopie, oder lösch " +
	    "es, wann immer du willst.",
	"start.operators": "Für Betreiber und Programme:",
	"start.ready": "ist es bereit?",
	"start.api": "die API, mit der curl sprechen kann",
	"missing.title": "Diese Seite gibt es nicht",
	"missing.more":
	    "Vielleicht ist die Adresse falsch geschrieben, oder die Seite " +
	    "ist umgezogen.",

	// --- the button for other pages
	"embed.title": "Der Chat auf deinen Seiten",
	"embed.what":
	    "Ein runder Knopf in der Ecke öffnet den Chat. Auf dieser Seite " +
	    "gibt es ihn: Probier ihn aus.",
	"embed.how": "Eine Zeile",
	"embed.how.more":
	    "Setz das in eine Seite dieser Website, oder in eine von einem " +
	    "Ursprung, den die Betreiber erlaubt haben:",
	"embed.attributes": "Wie er aussieht",
	"embed.position": "„start“ oder „end“: die Seite, auf der er steht.",
	"embed.label": "Wie der Knopf heißt.",
	"embed.theme": "„light“ oder „dark“; sonst wie im System der Lesenden.",
	"embed.locale": "Eine Sprache wie „de“; sonst die der Seite.",
	"embed.accent": "Eine Farbe für den Knopf, etwa „#0b6e58“.",
	"embed.token":
	    "Auf einer anderen Website: eine Adresse dort, die für " +
	    "Angemeldete mit {\"token\": \"…\"} antwortet.",
	"embed.policy":
	    "Eine Seite mit einer Content-Security-Policy nennt diesen " +
	    "Ursprung in script-src, style-src und connect-src.",

	// --- the vendor's element
	"official.title": "Das Chat-Element des Herstellers",
	"official.what":
	    "Diese Seite lädt OpenAIs eigenes ChatKit von dessen Servern und " +
	    "verbindet es mit diesem hier. Der Chat dieser Website braucht " +
	    "beides nicht.",
	"official.loading": "Wird geladen …",
	"official.key":
	    "Diese Website hat keinen Domain-Schlüssel. Die Betreiber " +
	    "bekommen einen vom Hersteller und setzen chatkit_domain_key; " +
	    "nur auf localhost geht es ohne.",
	"official.failed":
	    "Das Skript des Herstellers wurde nicht geladen. Vielleicht ist " +
	    "es gesperrt, oder seine Server sind nicht erreichbar. Der Chat " +
	    "dieser Website geht trotzdem.",
	"official.slow":
	    "Das Element des Herstellers hat noch nicht geantwortet. Bleibt " +
	    "es leer, gilt sein Domain-Schlüssel wohl nicht für diese " +
	    "Adresse.",
};
