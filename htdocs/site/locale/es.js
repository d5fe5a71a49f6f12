// Spanish: the frame of every page, the chat page.

export default {
	// --- the frame
	"nav.label": "Páginas",
	"nav.chat": "Chat",
	"nav.tasks": "Tareas",
	"nav.panel": "Tareas junto al chat",
	"nav.account": "Cuenta y ajustes",
	"page.skip": "Ir al contenido",
	"page.broken": "Esta página no se ha cargado del todo.",
	"page.reload": "Recargar",
	"page.retry": "Intentar de nuevo",
	"session.none": "Inicia sesión para ver tus chats y tareas.",
	"session.ended":
	    "Tu sesión ha terminado. Inicia sesión de nuevo para seguir; lo " +
	    "que has escrito se conserva.",
	"session.elsewhere":
	    "Nadie ha iniciado sesión. Inicia sesión en tu sitio y recarga " +
	    "esta página.",
	"session.sign_in": "Iniciar sesión",

	// --- what can go wrong, and what to do
	"error.offline":
	    "No tienes conexión. Inténtalo de nuevo cuando vuelva.",
	"error.unreachable":
	    "No se puede conectar con el servidor. Inténtalo de nuevo en un " +
	    "momento.",
	"error.unauthorized":
	    "Tu sesión ha terminado. Inicia sesión de nuevo para seguir.",
	"error.limited":
	    "Has ido un poco rápido. Espera un momento antes de intentarlo " +
	    "de nuevo.",
	"error.limited.seconds": {
		one:
		    "Demasiados intentos. Inténtalo de nuevo dentro de {n} " +
		    "segundo.",
		many:
		    "Demasiados intentos. Inténtalo de nuevo dentro de {n} " +
		    "de segundos.",
		other:
		    "Demasiados intentos. Inténtalo de nuevo dentro de {n} " +
		    "segundos.",
	},
	"error.limited.minutes": {
		one:
		    "Demasiados intentos. Inténtalo de nuevo dentro de {n} " +
		    "minuto.",
		many:
		    "Demasiados intentos. Inténtalo de nuevo dentro de {n} " +
		    "de minutos.",
		other:
		    "Demasiados intentos. Inténtalo de nuevo dentro de {n} " +
		    "minutos.",
	},
	"error.missing": "Esto ya no está. Recarga la página.",
	"error.conflict":
	    "Entretanto, esto se ha cambiado en otro lugar. Échale otro " +
	    "vistazo.",
	"error.refused": "No se ha podido hacer. Revisa lo que has escrito.",
	"error.server": "Algo ha salido mal. Inténtalo de nuevo en un momento.",
	"error.strange":
	    "La respuesta del servidor no tiene sentido. Comprueba tu " +
	    "conexión y recarga la página.",

	// --- the menu of the bar
	"menu.signed_in": "Sesión iniciada",
	"menu.profile": "Perfil",
	"menu.theme": "Aspecto",
	"menu.theme.auto": "Automático",
	"menu.theme.light": "Claro",
	"menu.theme.dark": "Oscuro",
	"menu.language": "Idioma",
	"menu.language.auto": "El del navegador",
	"menu.sign_out": "Cerrar sesión",

	// --- the chat page
	"chat.greeting": "¿Qué hay en tu lista?",
	"chat.placeholder": "Di lo que tienes que hacer…",
	"chat.prompt.today": "¿Qué vence hoy?",
	"chat.prompt.add": "Añade una tarea: llamar al dentista mañana a las 9",
	"chat.prompt.plan": "¿Qué debería hacer primero?",
	"chat.prompt.done": "¿Qué he terminado?",
	"chat.gone": "Este chat no está aquí",
	"chat.gone.why":
	    "Se ha eliminado, la dirección no es correcta o pertenece a otra " +
	    "cuenta.",
	"chat.new": "Empezar un chat nuevo",
};
