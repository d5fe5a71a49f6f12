// Spanish: what single pages say; the frame's words are in es.js.

export default {
	// --- forms
	"form.name": "Nombre",
	"form.email.label": "Correo electrónico",
	"form.password": "Contraseña",
	"form.password.new": "Nueva contraseña",
	"form.password.current": "Contraseña actual",
	"form.password.min": {
		one: "Al menos {n} carácter.",
		many: "Al menos {n} de caracteres.",
		other: "Al menos {n} caracteres.",
	},
	"form.show": "Mostrar",
	"form.show.what": "Mostrar: {name}",
	"form.hide": "Ocultar",
	"form.hide.what": "Ocultar: {name}",
	"form.wrong": "Por favor, revisa esto:",
	"form.missing": "Por favor, rellena este campo.",
	"form.email": "Escribe una dirección como name@example.org.",
	"form.refused": "Esto no se puede usar. Cámbialo, por favor.",

	// --- signing in and up, a new password
	"sign_in.title": "Iniciar sesión",
	"sign_in.go": "Iniciar sesión",
	"sign_in.remember": "Mantener la sesión iniciada en este dispositivo",
	"sign_in.forgot": "¿Has olvidado tu contraseña?",
	"sign_in.new": "¿Es tu primera vez aquí?",
	"sign_up.title": "Crear una cuenta",
	"sign_up.go": "Crear cuenta",
	"sign_up.known": "¿Ya tienes una cuenta?",
	"sign_up.sent":
	    "Para terminar, abre el enlace del mensaje enviado a esta " +
	    "dirección:",
	"sign_up.off":
	    "Aquí no se pueden crear cuentas. Pregunta a quien gestiona este " +
	    "sitio.",
	"mail.sent": "Mira tu correo",
	"forgot.title": "Una contraseña nueva",
	"forgot.how":
	    "Dinos tu dirección y te enviaremos un enlace para elegir una " +
	    "contraseña nueva.",
	"forgot.go": "Enviar el enlace",
	"forgot.sent":
	    "Si hay una cuenta con esta dirección, el enlace está en camino:",
	"forgot.hour":
	    "Sirve durante una hora. ¿No llega? Mira en el correo no deseado " +
	    "o inténtalo de nuevo.",
	"forgot.off":
	    "Este sitio no envía correo. Pide una contraseña nueva a quien " +
	    "lo gestiona.",
	"reset.title": "Elige una contraseña nueva",
	"reset.go": "Guardar la contraseña",
	"reset.done": "Tu contraseña se ha cambiado",
	"reset.done.more":
	    "Se ha cerrado tu sesión en todas partes. Inicia sesión con la " +
	    "nueva.",
	"reset.stale":
	    "Este enlace ya no sirve: se ha usado o tiene más de una hora.",
	"reset.again": "Pedir un enlace nuevo",
	"verify.title": "Tu dirección de correo",
	"verify.done": "Tu dirección está confirmada",
	"verify.go_on": "Ir al chat",
	"verify.go": "Enviar un enlace nuevo",
	"verify.stale": "Este enlace ya no sirve. Podemos enviarte otro.",
	"verify.sent":
	    "Si esta dirección está por confirmar, un enlace nuevo está en " +
	    "camino:",
	"verify.resend": "Enviar el mensaje otra vez",
	"verify.resent": "Enviado otra vez. Puede tardar un minuto en llegar.",
	"account.back": "Volver al inicio de sesión",
	"account.off":
	    "Aquí no hay cuentas. Inicia sesión en tu sitio y estas páginas " +
	    "te reconocerán.",

	// --- what the accounts refuse
	"account.invalid_email": "Escribe una dirección como name@example.org.",
	"account.email_same": "Esta ya es tu dirección.",
	"account.user_already_exists_use_another_email":
	    "Ya hay una cuenta con esta dirección. Inicia sesión o usa otra " +
	    "dirección.",
	"account.password_too_short": {
		one: "Usa al menos {n} carácter.",
		many: "Usa al menos {n} de caracteres.",
		other: "Usa al menos {n} caracteres.",
	},
	"account.password_too_long": "Usa 128 caracteres como máximo.",
	"account.password_too_weak":
	    "Mucha gente usa esta contraseña, así que es fácil de adivinar. " +
	    "Elige otra, por favor.",
	"account.invalid_password":
	    "Esta no es tu contraseña. Inténtalo de nuevo.",
	"account.invalid_email_or_password":
	    "La dirección y la contraseña no coinciden. Inténtalo de nuevo.",
	"account.email_not_verified":
	    "Tu dirección aún no está confirmada. Abre el enlace del mensaje " +
	    "que te hemos enviado.",
	"account.invalid_token":
	    "Este enlace ya no sirve. Pide uno nuevo, por favor.",
	"account.email_password_sign_up_disabled":
	    "Aquí no se pueden crear cuentas. Pregunta a quien gestiona este " +
	    "sitio.",
	"account.change_email_disabled":
	    "Este sitio no envía correo, así que la dirección no se puede " +
	    "cambiar.",
	"account.reset_password_disabled":
	    "Este sitio no envía correo. Pide una contraseña nueva a quien " +
	    "lo gestiona.",
	"account.credential_account_not_found":
	    "Esta cuenta no tiene contraseña.",

	// --- profile
	"profile.title": "Perfil",
	"profile.elsewhere":
	    "Tu nombre y tu contraseña los guarda el sitio en el que has " +
	    "iniciado sesión.",
	"profile.you": "Tú",
	"profile.save": "Guardar",
	"profile.saved": "Guardado.",
	"profile.unconfirmed": "Aún sin confirmar.",
	"profile.confirm": "Enviarme el enlace",
	"profile.email.new": "Nueva dirección",
	"profile.email.change": "Cambiar la dirección",
	"profile.email.sent":
	    "Abre el enlace del mensaje enviado a {email} antes de cerrar " +
	    "sesión. Hasta entonces, tu dirección sigue como está.",
	"profile.password": "Contraseña",
	"profile.password.others": "Cerrar mi sesión en los demás sitios",
	"profile.password.change": "Cambiar la contraseña",
	"profile.password.done": "Tu contraseña se ha cambiado.",

	// --- sessions
	"sessions.title": "Dónde has iniciado sesión",
	"sessions.device": "{browser} en {system}",
	"sessions.unknown": "Programa desconocido",
	"sessions.this": "Esta sesión",
	"sessions.seen": "Última vez: {when}",
	"sessions.end": "Cerrar sesión",
	"sessions.end.what": "Cerrar sesión: {name}",
	"sessions.end.others": "Cerrar las demás sesiones",
	"sessions.ended": "La sesión se ha cerrado allí.",
	"sessions.fresh":
	    "Iniciaste sesión hace más de un día. Para ver esta lista, " +
	    "escribe tu contraseña una vez más.",
	"sessions.fresh.go": "Mostrar la lista",

	// --- access tokens
	"tokens.title": "Acceso para programas",
	"tokens.what":
	    "Un token permite que un script o un cliente MCP trabaje con tus " +
	    "tareas, y con nada más. Quien lo tiene puede usarlo: guárdalo " +
	    "como una contraseña.",
	"tokens.none": "No tienes ninguno.",
	"tokens.once": "Cópialo ahora: no se volverá a mostrar.",
	"tokens.copy": "Copiar",
	"tokens.copied": "Copiado.",
	"tokens.name": "¿Para qué es?",
	"tokens.days": "Válido durante",
	"tokens.days.30": "30 días",
	"tokens.days.90": "90 días",
	"tokens.days.365": "Un año",
	"tokens.days.none": "Sin límite",
	"tokens.scope": "Puede",
	"tokens.scope.write": "Leer y cambiar tareas",
	"tokens.scope.read": "Solo leer tareas",
	"tokens.make": "Crear un token",
	"tokens.until": "hasta {when}",
	"tokens.forever": "sin límite",
	"tokens.used": "usado: {when}",
	"tokens.unused": "nunca usado",
	"tokens.revoke": "Revocar",
	"tokens.revoke.what": "Revocar: {name}",
	"tokens.revoked": "«{name}» se ha revocado.",
	"tokens.many": "No puedes tener más tokens. Revoca uno primero.",

	// --- the address of MCP, connected programs
	"mcp.what":
	    "Da esta dirección a un asistente o editor que hable MCP. Te " +
	    "enviará aquí para preguntarte qué puede hacer.",
	"mcp.copy": "Copiar la dirección",
	"apps.title": "Programas conectados",
	"apps.none": "No hay ninguno conectado.",
	"apps.since": "desde el {when}",
	"apps.scope.change": "Solo cambiar tareas",
	"apps.end": "Desconectar",
	"apps.end.what": "Desconectar: {name}",
	"apps.ended": "«{name}» se ha desconectado.",
	"tokens.own": "Tokens de acceso",

	// --- a program asks for access
	"authorize.title": "¿Permitir el acceso a tus tareas?",
	"authorize.wait": "Un momento…",
	"authorize.registered": "registrado por el operador de este sitio",
	"authorize.may": "Podrá",
	"authorize.both": "Ver y cambiar tus tareas",
	"authorize.read": "Solo ver tus tareas",
	"authorize.only.read": "Podrá ver tus tareas, pero no cambiarlas.",
	"authorize.only.write": "Podrá cambiar tus tareas, sin ver la lista.",
	"authorize.not": "No verá tus chats ni tu contraseña.",
	"authorize.as": "Has iniciado sesión como",
	"authorize.other": "Iniciar sesión con otra cuenta",
	"authorize.to": "La respuesta se enviará a",
	"authorize.to.here": "un programa de este ordenador",
	"authorize.to.app":
	    "el programa de este dispositivo que abre direcciones {scheme}",
	"authorize.warn.host":
	    "Este programa pertenece a {client}, pero la respuesta irá a " +
	    "{host}. Permítelo solo si es lo que esperas.",
	"authorize.warn.here":
	    "Cualquier programa de este ordenador puede preguntar así, con " +
	    "cualquier nombre. Permítelo solo si acabas de iniciar esto tú.",
	"authorize.warn.app":
	    "Cualquier programa de este dispositivo puede reclamar esas " +
	    "direcciones. Permítelo solo si acabas de iniciar esto tú.",
	"authorize.revoke":
	    "Puedes retirarlo en cualquier momento, en tu perfil.",
	"authorize.allow": "Permitir",
	"authorize.cancel": "Cancelar",
	"authorize.allowed": "El acceso está permitido",
	"authorize.refused": "No se ha permitido el acceso",
	"authorize.going": "Te llevamos de vuelta al programa.",
	"authorize.close":
	    "Tu navegador abre el programa, quizá tras preguntarte. Después " +
	    "puedes cerrar esta página.",
	"authorize.back": "Volver al programa",
	"authorize.failed": "No se puede conectar este programa",
	"authorize.off":
	    "Este sitio no ofrece acceso a programas. Su operador puede " +
	    "activarlo.",
	"authorize.client":
	    "El programa no dice bien quién es, así que no se ha permitido " +
	    "nada. Solo quienes lo hacen pueden corregirlo.",
	"authorize.redirect":
	    "La respuesta iría a una dirección que no consta como de este " +
	    "programa. No se ha enviado nada allí.",
	"authorize.request":
	    "El enlace a esta página no está completo. Empieza de nuevo en " +
	    "el programa que te ha enviado aquí.",
	"authorize.away":
	    "El sitio del programa, que dice quién es, no responde. Vuelve a " +
	    "intentarlo en un momento.",
	"authorize.many":
	    "No puedes tener más programas conectados. Desconecta uno " +
	    "primero en tu perfil.",
	"authorize.detail": "Para quienes lo hacen:",
	"authorize.framed":
	    "Para que nadie te haga pulsar algo que no ves, esta página solo " +
	    "funciona por sí sola.",
	"authorize.alone": "Abrir por separado",

	// --- a copy of everything, the end of the account
	"export.title": "Tus datos",
	"export.what":
	    "Todo lo tuyo que se guarda aquí (tareas, chats, cuenta) en un " +
	    "solo archivo JSON.",
	"export.go": "Descargar",
	"delete.title": "Eliminar la cuenta",
	"delete.what":
	    "Tu cuenta, todas tus tareas y todos tus chats se eliminan al " +
	    "momento y para siempre. Nadie puede recuperarlos.",
	"delete.open": "Eliminar mi cuenta…",
	"delete.sure": "¿Eliminar tu cuenta?",
	"delete.type": "Escribe esta palabra para confirmar:",
	"delete.word": "eliminar",
	"delete.word.wrong": "Escribe «{word}», por favor.",
	"delete.go": "Eliminar para siempre",
	"delete.keep": "Conservarla",
	"delete.done": "Tu cuenta se ha eliminado",
	"delete.done.more": "Todas tus tareas y chats se han ido con ella.",
	"delete.leave": "Ir a la página de inicio",

	// --- the start page, a page that is not there
	"start.title": "Tus tareas, conversando",
	"start.lead":
	    "Di lo que tienes que hacer. Un asistente lleva la lista, " +
	    "encuentra lo que vence y pregunta antes de eliminar nada.",
	"start.elsewhere":
	    "Aquí no hay cuentas: inicia sesión en tu sitio y estas páginas " +
	    "te reconocerán.",
	"start.sample": "Un ejemplo: dos tareas se añaden con solo decirlas",
	"start.sample.said":
	    "Llamar al dentista mañana a las nueve y comprar leche",
	"start.sample.answer": "Añadidas las dos.",
	"start.sample.one": "Llamar al dentista",
	"start.sample.two": "Comprar leche",
	"start.sample.due": "Mañana, 9:00",
	"start.talk": "Habla",
	"start.talk.more":
	    "Bastan palabras sencillas, incluso para varias cosas a la vez.",
	"start.list": "Mira la lista",
	"start.list.more":
	    "Las tareas están junto al chat. Cámbialas a mano cuando sea más " +
	    "rápido.",
	"start.yours": "Sigue siendo tuyo",
	"start.yours.more":
	    "Todo se guarda en este servidor. Llévate una copia o elimínalo " +
	    "cuando quieras.",
	"start.operators": "Para operadores y programas:",
	"start.ready": "¿está listo?",
	"start.api": "la API, con la que curl puede hablar",
	"missing.title": "Esta página no existe",
	"missing.more":
	    "Puede que la dirección esté mal escrita o que la página se haya " +
	    "movido.",

	// --- the button for other pages
	"embed.title": "El chat en tus páginas",
	"embed.what":
	    "Un botón redondo en la esquina abre el chat. Esta página lo " +
	    "tiene: pruébalo.",
	"embed.how": "Una línea",
	"embed.how.more":
	    "Pon esto en una página de este sitio o de un origen que sus " +
	    "operadores hayan permitido:",
	"embed.attributes": "Qué aspecto tiene",
	"embed.position": "«start» o «end»: el lado en el que está.",
	"embed.label": "Cómo se llama el botón.",
	"embed.theme": "«light» o «dark»; si no, como el sistema de quien lee.",
	"embed.locale": "Un idioma como «de»; si no, el de la página.",
	"embed.accent": "Un color para el botón, como «#0b6e58».",
	"embed.token":
	    "En otro sitio: una dirección de allí que responda {\"token\": " +
	    "\"…\"} a quien haya iniciado sesión.",
	"embed.policy":
	    "Una página con una Content-Security-Policy nombra este origen " +
	    "en script-src, style-src y connect-src.",

	// --- the vendor's element
	"official.title": "El elemento de chat del proveedor",
	"official.what":
	    "Esta página carga el ChatKit de OpenAI desde sus servidores y " +
	    "lo conecta con este. El chat de este sitio no necesita ninguna " +
	    "de las dos cosas.",
	"official.loading": "Cargándolo…",
	"official.key":
	    "Este sitio no tiene clave de dominio. Sus operadores reciben " +
	    "una del proveedor y la ponen en chatkit_domain_key; solo en " +
	    "localhost funciona sin ella.",
	"official.failed":
	    "El script del proveedor no se ha cargado. Puede que esté " +
	    "bloqueado o que no se pueda llegar a sus servidores. El chat de " +
	    "este sitio funciona igual.",
	"official.slow":
	    "El elemento del proveedor aún no ha respondido. Si se queda " +
	    "vacío, es probable que su clave de dominio no sea para esta " +
	    "dirección.",
};
