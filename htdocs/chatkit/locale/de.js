// German, with “du”.  The words of en.js and en-more.js in one.

export default {
	// --- the conversation: states, errors and what to do next
	"error.offline":
	    "Du bist offline. Was du jetzt sendest, geht hinaus, sobald die " +
	    "Verbindung wieder da ist.",
	"error.away":
	    "Du bist offline. Was du geschrieben hast, bleibt erhalten: " +
	    "Sende es, sobald die Verbindung wieder da ist.",
	"error.unreachable":
	    "Der Server ist nicht erreichbar. Bitte versuch es gleich noch " +
	    "einmal.",
	"error.unauthorized":
	    "Deine Sitzung ist zu Ende. Melde dich wieder an, um " +
	    "fortzufahren; was du geschrieben hast, bleibt erhalten.",
	"error.forbidden":
	    "Darauf hast du keinen Zugriff. Melde dich mit dem Konto an, zu " +
	    "dem es gehört.",
	"error.not_found":
	    "Das gibt es nicht mehr. Vielleicht wurde es gelöscht.",
	"error.busy":
	    "Hier wird noch eine andere Antwort geschrieben. Bitte warte, " +
	    "bis sie fertig ist.",
	"error.rate_limited":
	    "Bitte warte einen Moment, bevor du noch eine Nachricht sendest.",
	"error.limited":
	    "Für heute ist das Limit erreicht. Weiter geht es: {day}, {time}.",
	"error.refused":
	    "Der Server hat das nicht angenommen. Bitte ändere es, und " +
	    "versuch es noch einmal.",
	"error.too_long":
	    "Diese Nachricht ist zu lang. Bitte kürze sie, und sende sie " +
	    "noch einmal.",
	"error.server":
	    "Etwas ist schiefgegangen. Bitte versuch es noch einmal, oder " +
	    "sag es mit anderen Worten.",
	"error.cut":
	    "Die Verbindung ist abgebrochen, und das Ende der Antwort fehlt. " +
	    "Bitte versuch es noch einmal.",
	"error.bad_answer":
	    "Die Antwort des Servers ergibt hier keinen Sinn. Verlangt dein " +
	    "Netz vielleicht erst eine Anmeldung? Bitte versuch es noch " +
	    "einmal.",
	"error.stopped": "Du hast das angehalten, bevor es gesendet war.",
	"state.stopping": "Wird angehalten",
	"state.reconnecting": "Die Verbindung ist weg. Sie wird neu aufgebaut",
	"state.loading": "Wird geladen",
	"state.sending": "Wird gesendet",
	"state.streaming": "Eine Antwort wird geschrieben",
	"mark.stopped": "Angehalten",
	"mark.cut": "Der Rest dieser Antwort fehlt",
	"local.sending": "Wird gesendet",
	"local.queued": "Wartet auf das Senden",
	"local.failed": "Nicht gesendet",

	// --- messages and their actions
	"log.name": "Chat",
	"log.new": "Neuer Chat",
	"log.history": "Bisherige Chats",
	"log.module":
	    "Ein Teil des Chats ließ sich nicht laden. Prüf deine " +
	    "Verbindung, und versuch es noch einmal.",
	"log.hosted":
	    "Dieser Chat läuft anderswo und braucht ein anderes Programm als " +
	    "dieses. Bitte sag das den Betreibern dieser Seite.",
	"log.retry": "Noch einmal versuchen",
	"log.messages": "Nachrichten",
	"log.you": "Du hast gesagt",
	"log.assistant": "Der Assistent hat gesagt",
	"log.thinking": "Denkt nach …",
	"log.answer": "Antwort: {text}",
	"log.unread":
	    "In einer anderen Unterhaltung gibt es eine neue Antwort.",
	"log.older": "Ältere Nachrichten laden",
	"log.latest": "Zur neuesten Nachricht springen",
	"log.latest_new": {
		one: "{n} neue Nachricht: hinspringen",
		other: "{n} neue Nachrichten: zur neuesten springen",
	},
	"log.empty": "Hier wurde noch nichts gesagt.",
	"log.unopened": "Diese Unterhaltung ließ sich nicht öffnen.",
	"log.send_now": "Jetzt senden",
	"log.discard": "Verwerfen",
	"log.close": "Schließen",
	"log.copy": "Antwort kopieren",
	"log.copy_own": "Nachricht kopieren",
	"log.copied": "Kopiert",
	"log.not_copied": "Der Browser hat das Kopieren nicht erlaubt.",
	"log.edit": "Nachricht bearbeiten",
	"log.again": "Noch einmal antworten",
	"log.good": "Gute Antwort",
	"log.bad": "Schlechte Antwort",
	"log.thanks": "Danke für die Rückmeldung.",
	"log.steps": { one: "{n} Schritt", other: "{n} Schritte" },
	"log.thought": {
		one: "{n} Sekunde nachgedacht",
		other: "{n} Sekunden nachgedacht",
	},
	"log.working": "Arbeitet …",
	"log.task_runs": "Läuft",
	"log.task_done": "Erledigt",
	"log.searched": "Im Web gesucht",
	"log.files": "Dateien angesehen",
	"log.image": "Bild",
	"log.drawing": "Ein Bild entsteht …",
	"log.quoted": "Zitiert",
	"log.attached": "Angehängte Dateien",
	"log.skipped": "Übersprungen",
	"log.widget": "Dieser Teil der Antwort ließ sich nicht anzeigen.",

	// --- composer: writing, attaching, choosing, dictating
	"composer.label": "Nachricht",
	"composer.placeholder": "Schreib eine Nachricht",
	"composer.send": "Senden",
	"composer.stop": "Antwort anhalten",
	"composer.save": "Geänderte Nachricht senden",
	"composer.empty": "Schreib zuerst eine Nachricht.",
	"composer.room": { one: "Noch {n} Zeichen", other: "Noch {n} Zeichen" },
	"composer.too_long": {
		one:
		    "{n} Zeichen zu viel. Kürze die Nachricht, um sie zu " +
		    "senden.",
		other:
		    "{n} Zeichen zu viel. Kürze die Nachricht, um sie zu " +
		    "senden.",
	},
	"composer.locked": "Hier lässt sich gerade nichts schreiben.",
	"composer.closed":
	    "Dieser Chat ist geschlossen. Beginn einen neuen, um " +
	    "fortzufahren.",
	"composer.uploading":
	    "Es werden noch Dateien hochgeladen. Bitte warte einen Moment.",
	"composer.upload_failed":
	    "Eine Datei ließ sich nicht hochladen. Versuch es noch einmal, " +
	    "oder entferne sie.",
	"composer.editing":
	    "Du bearbeitest deine Nachricht. Was danach kam, wird ersetzt.",
	"composer.leave_edit": "So lassen, wie sie war",
	"composer.unquote": "Zitat entfernen",
	"composer.add": "Dateien oder Werkzeuge hinzufügen",
	"composer.tools": "Werkzeuge",
	"composer.model": "Modell: {name}",
	"composer.choose_model": "Modell auswählen",
	"composer.mention": "Etwas erwähnen",
	"composer.commands": "Befehle",
	"composer.actions": "Aktionen",
	"composer.found": {
		one: "{n} Vorschlag. Eingabe wählt ihn, Escape bricht ab.",
		other:
		    "{n} Vorschläge. Die Pfeiltasten wechseln, Eingabe " +
		    "wählt, Escape bricht ab.",
	},
	"composer.tags": "In dieser Nachricht erwähnt",
	"composer.untag": "{name} entfernen",
	"composer.attach": "Dateien anhängen",
	"composer.files": "Angehängte Dateien",
	"composer.drop": "Dateien hier ablegen, um sie anzuhängen",
	"composer.progress": "{name} wird hochgeladen",
	"composer.not_uploaded":
	    "„{name}“ ließ sich nicht hochladen. Versuch es noch einmal, " +
	    "oder entferne die Datei.",
	"composer.cancel_upload": "Hochladen von {name} abbrechen",
	"composer.upload_again": "{name} noch einmal hochladen",
	"composer.remove_file": "{name} entfernen",
	"composer.too_many_files": {
		one: "An eine Nachricht lässt sich nur {n} Datei anhängen.",
		other:
		    "An eine Nachricht lassen sich höchstens {n} Dateien " +
		    "anhängen.",
	},
	"composer.too_large":
	    "„{name}“ ist zu groß. Erlaubt sind höchstens {size}.",
	"composer.wrong_type":
	    "„{name}“ lässt sich nicht anhängen. Möglich sind: {types}.",
	"composer.empty_file": "„{name}“ ist leer.",
	"composer.dictate": "Diktieren",
	"dictation.asking": "Warten auf das Mikrofon",
	"dictation.recording": "Aufnahme läuft",
	"dictation.transcribing": "Das Gesagte wird aufgeschrieben",
	"dictation.done": "Fertig",
	"dictation.cancel": "Abbrechen",
	"dictation.refused":
	    "Das Mikrofon ist gesperrt. Erlaube es dieser Seite im Browser, " +
	    "und versuch es dann noch einmal.",
	"dictation.no_microphone":
	    "Es wurde kein Mikrofon gefunden. Schließ eines an, und versuch " +
	    "es dann noch einmal.",
	"dictation.in_use":
	    "Vom Mikrofon kommt kein Ton. Vielleicht benutzt es gerade ein " +
	    "anderes Programm.",
	"dictation.unsupported":
	    "Dieser Browser kann hier nicht aufnehmen. Du kannst stattdessen " +
	    "tippen.",
	"dictation.nothing":
	    "Es war nichts zu verstehen. Versuch es noch einmal, etwas näher " +
	    "am Mikrofon.",
	"questions.label": "Fragen",
	"questions.own": "Etwas anderes",
	"questions.skip": "Überspringen",
	"questions.send": "Antworten senden",
	"questions.empty":
	    "Beantworte mindestens eine Frage, oder überspring sie.",

	// --- history, search, start screen
	"start.greeting": "Wobei kann ich heute helfen?",
	"history.close": "Liste schließen",
	"history.today": "Heute",
	"history.yesterday": "Gestern",
	"history.week": "Letzte 7 Tage",
	"history.month": "Letzte 30 Tage",
	"history.empty": "Es gibt noch keine Chats.",
	"history.unread": "{title}, mit einer neuen Antwort",
	"history.menu": "Was mit „{title}“ geschehen soll",
	"history.rename": "Umbenennen",
	"history.new_name": "Neuer Name",
	"history.delete": "Löschen",
	"history.ask_delete": "Diesen Chat löschen?",
	"history.delete_means":
	    "„{title}“ und alle Nachrichten darin werden endgültig gelöscht. " +
	    "Was darin erledigt wurde, bleibt erledigt.",
	"history.deleted": "Der Chat ist gelöscht.",
	"search.placeholder": "Chats durchsuchen",
	"search.found": "Gefundene Chats",
	"search.count": {
		one: "{n} Chat gefunden",
		other: "{n} Chats gefunden",
	},
	"search.nothing":
	    "Nichts gefunden. Versuch es mit weniger oder anderen Wörtern.",
	"search.more":
	    "Es gibt noch mehr. Ein weiteres Wort grenzt die Suche ein.",

	// --- widgets, tasks, sources
	"code.copy": "Kopieren",
	"code.copied": "Kopiert",
	"code.not_copied": "Der Browser hat es nicht erlaubt",
	"code.label": "Code",
	"code.of": "Code: {language}",
	"table.label": "Tabelle",
	"image.label": "Bild",
	"task.done": "erledigt",
	"task.open": "zu tun",
	"widget.more": {
		one: "{n} weiteres zeigen",
		other: "{n} weitere zeigen",
	},
	"widget.wait": "Möglich, sobald die Antwort vollständig ist",
	"widget.choose": "Auswählen …",
	"widget.button": "Schaltfläche",
	"widget.pattern": "Bitte halte dich an das verlangte Format.",
	"widget.collision":
	    "Das Feld {name} heißt wie etwas, das seine Aktion schon sendet, " +
	    "und wurde weggelassen.",
	"chart.label": {
		one: "Diagramm: {names}, {n} Wert",
		other: "Diagramm: {names}, je {n} Werte",
	},
	"chart.numbers": "Die Zahlen",
	"sources.title": { one: "{n} Quelle", other: "{n} Quellen" },
	"sources.mark": "Quelle {n}: {title}",

	// --- dialogs, menus, shortcuts
	"dialog.cancel": "Abbrechen",
	"shortcut.title": "Tastenkürzel",
	"shortcut.send": "Nachricht senden",
	"shortcut.line": "Neue Zeile",
	"shortcut.edit": "Deine letzte Nachricht bearbeiten (im leeren Feld)",
	"shortcut.stop": "Antwort anhalten, Menü oder Bearbeiten verlassen",
	"shortcut.search": "Chats durchsuchen",
	"shortcut.list": "Diese Liste zeigen",
};
