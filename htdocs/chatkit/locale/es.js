// Spanish, with “tú”.  The words of en.js and en-more.js in one.

export default {
	// --- the conversation: states, errors and what to do next
	"error.offline":
	    "No tienes conexión. Lo que envíes ahora saldrá cuando vuelva.",
	"error.away":
	    "No tienes conexión. Lo que has escrito se conserva: envíalo " +
	    "cuando vuelva.",
	"error.unreachable":
	    "No se puede conectar con el servidor. Inténtalo de nuevo en un " +
	    "momento.",
	"error.unauthorized":
	    "Tu sesión ha terminado. Inicia sesión de nuevo para seguir; lo " +
	    "que has escrito se conserva.",
	"error.forbidden":
	    "No tienes acceso a esto. Inicia sesión con la cuenta a la que " +
	    "pertenece.",
	"error.not_found": "Esto ya no está. Puede que se haya eliminado.",
	"error.busy":
	    "Aquí todavía se está escribiendo otra respuesta. Espera a que " +
	    "termine.",
	"error.rate_limited": "Espera un momento antes de enviar otro mensaje.",
	"error.limited":
	    "Has alcanzado el límite de hoy. Podrás continuar: {day}, {time}.",
	"error.refused":
	    "El servidor no lo ha aceptado. Cámbialo e inténtalo de nuevo.",
	"error.too_long":
	    "Este mensaje es demasiado largo. Acórtalo y envíalo de nuevo.",
	"error.server":
	    "Algo ha salido mal. Inténtalo de nuevo o dilo de otra manera.",
	"error.cut":
	    "La conexión se ha cortado y falta el final de la respuesta. " +
	    "Inténtalo de nuevo.",
	"error.bad_answer":
	    "La respuesta del servidor no tiene sentido aquí. ¿Tu red pide " +
	    "antes iniciar sesión? Inténtalo de nuevo.",
	"error.stopped": "Lo has detenido antes de que se enviara.",
	"state.stopping": "Deteniendo",
	"state.reconnecting": "Se ha perdido la conexión. Conectando de nuevo",
	"state.loading": "Cargando",
	"state.sending": "Enviando",
	"state.streaming": "Se está escribiendo una respuesta",
	"mark.stopped": "Detenida",
	"mark.cut": "Falta el resto de esta respuesta",
	"local.sending": "Enviando",
	"local.queued": "Pendiente de envío",
	"local.failed": "No enviado",

	// --- messages and their actions
	"log.name": "Chat",
	"log.new": "Nuevo chat",
	"log.history": "Chats anteriores",
	"log.module":
	    "No se ha podido cargar una parte del chat. Comprueba tu " +
	    "conexión e inténtalo de nuevo.",
	"log.hosted":
	    "Este chat está alojado en otro lugar y necesita otro programa. " +
	    "Díselo a quien gestiona este sitio.",
	"log.retry": "Intentar de nuevo",
	"log.messages": "Mensajes",
	"log.you": "Has dicho",
	"log.assistant": "El asistente ha dicho",
	"log.thinking": "Pensando…",
	"log.answer": "Respuesta: {text}",
	"log.unread": "Hay una respuesta nueva en otra conversación.",
	"log.older": "Cargar mensajes anteriores",
	"log.latest": "Ir al último mensaje",
	"log.latest_new": {
		one: "{n} mensaje nuevo: ir a él",
		many: "{n} de mensajes nuevos: ir al último",
		other: "{n} mensajes nuevos: ir al último",
	},
	"log.empty": "Aquí todavía no se ha dicho nada.",
	"log.unopened": "No se ha podido abrir esta conversación.",
	"log.send_now": "Enviar ahora",
	"log.discard": "Descartar",
	"log.close": "Cerrar",
	"log.copy": "Copiar la respuesta",
	"log.copy_own": "Copiar el mensaje",
	"log.copied": "Copiado",
	"log.not_copied": "El navegador no ha permitido copiar.",
	"log.edit": "Editar el mensaje",
	"log.again": "Responder de nuevo",
	"log.good": "Buena respuesta",
	"log.bad": "Mala respuesta",
	"log.thanks": "Gracias por decirlo.",
	"log.steps": {
		one: "{n} paso",
		many: "{n} de pasos",
		other: "{n} pasos",
	},
	"log.thought": {
		one: "Ha pensado {n} segundo",
		many: "Ha pensado {n} de segundos",
		other: "Ha pensado {n} segundos",
	},
	"log.working": "Trabajando…",
	"log.task_runs": "En curso",
	"log.task_done": "Hecho",
	"log.searched": "Ha buscado en la web",
	"log.files": "Ha consultado archivos",
	"log.image": "Imagen",
	"log.drawing": "Se está creando una imagen…",
	"log.quoted": "Citado",
	"log.attached": "Archivos adjuntos",
	"log.skipped": "Omitida",
	"log.widget": "No se ha podido mostrar esta parte de la respuesta.",

	// --- composer: writing, attaching, choosing, dictating
	"composer.label": "Mensaje",
	"composer.placeholder": "Escribe un mensaje",
	"composer.send": "Enviar",
	"composer.stop": "Detener la respuesta",
	"composer.save": "Enviar el mensaje editado",
	"composer.empty": "Escribe primero un mensaje.",
	"composer.room": {
		one: "Queda {n} carácter",
		many: "Quedan {n} de caracteres",
		other: "Quedan {n} caracteres",
	},
	"composer.too_long": {
		one: "Sobra {n} carácter. Acorta el mensaje para enviarlo.",
		many:
		    "Sobran {n} de caracteres. Acorta el mensaje para " +
		    "enviarlo.",
		other:
		    "Sobran {n} caracteres. Acorta el mensaje para enviarlo.",
	},
	"composer.locked": "Ahora mismo no se puede escribir aquí.",
	"composer.closed":
	    "Este chat está cerrado. Empieza uno nuevo para seguir.",
	"composer.uploading":
	    "Todavía se están subiendo archivos. Espera un momento.",
	"composer.upload_failed":
	    "No se ha podido subir un archivo. Inténtalo de nuevo o quítalo.",
	"composer.editing":
	    "Estás editando tu mensaje. Lo que vino después se sustituirá.",
	"composer.leave_edit": "Dejarlo como estaba",
	"composer.unquote": "Quitar la cita",
	"composer.add": "Añadir archivos o herramientas",
	"composer.tools": "Herramientas",
	"composer.model": "Modelo: {name}",
	"composer.choose_model": "Elegir un modelo",
	"composer.mention": "Mencionar algo",
	"composer.commands": "Comandos",
	"composer.actions": "Acciones",
	"composer.found": {
		one: "{n} sugerencia. Intro la elige, Escape sale.",
		many:
		    "{n} de sugerencias. Las flechas mueven, Intro elige, " +
		    "Escape sale.",
		other:
		    "{n} sugerencias. Las flechas mueven, Intro elige, " +
		    "Escape sale.",
	},
	"composer.tags": "Mencionado en este mensaje",
	"composer.untag": "Quitar {name}",
	"composer.attach": "Adjuntar archivos",
	"composer.files": "Archivos adjuntos",
	"composer.drop": "Suelta los archivos aquí para adjuntarlos",
	"composer.progress": "Subiendo {name}",
	"composer.not_uploaded":
	    "No se ha podido subir «{name}». Inténtalo de nuevo o quítalo.",
	"composer.cancel_upload": "Cancelar la subida de {name}",
	"composer.upload_again": "Subir {name} de nuevo",
	"composer.remove_file": "Quitar {name}",
	"composer.too_many_files": {
		one: "Solo se puede adjuntar {n} archivo a un mensaje.",
		many:
		    "Se pueden adjuntar como máximo {n} de archivos a un " +
		    "mensaje.",
		other:
		    "Se pueden adjuntar como máximo {n} archivos a un " +
		    "mensaje.",
	},
	"composer.too_large":
	    "«{name}» es demasiado grande. Puede tener {size} como máximo.",
	"composer.wrong_type":
	    "«{name}» no se puede adjuntar. Se admiten: {types}.",
	"composer.empty_file": "«{name}» está vacío.",
	"composer.dictate": "Dictar",
	"dictation.asking": "Esperando al micrófono",
	"dictation.recording": "Grabando",
	"dictation.transcribing": "Escribiendo lo que has dicho",
	"dictation.done": "Listo",
	"dictation.cancel": "Cancelar",
	"dictation.refused":
	    "El micrófono está bloqueado. Permítelo para esta página en tu " +
	    "navegador e inténtalo de nuevo.",
	"dictation.no_microphone":
	    "No se ha encontrado ningún micrófono. Conecta uno e inténtalo " +
	    "de nuevo.",
	"dictation.in_use":
	    "El micrófono no da sonido. Puede que otro programa lo esté " +
	    "usando.",
	"dictation.unsupported":
	    "Este navegador no puede grabar aquí. Puedes escribir en su " +
	    "lugar.",
	"dictation.nothing":
	    "No se ha entendido nada. Inténtalo de nuevo un poco más cerca " +
	    "del micrófono.",
	"questions.label": "Preguntas",
	"questions.own": "Otra cosa",
	"questions.skip": "Omitir",
	"questions.send": "Enviar respuestas",
	"questions.empty": "Responde al menos una pregunta u omítelas.",

	// --- history, search, start screen
	"start.greeting": "¿En qué puedo ayudarte hoy?",
	"history.close": "Cerrar la lista",
	"history.today": "Hoy",
	"history.yesterday": "Ayer",
	"history.week": "Últimos 7 días",
	"history.month": "Últimos 30 días",
	"history.empty": "Todavía no hay chats.",
	"history.unread": "{title}, con una respuesta nueva",
	"history.menu": "Qué hacer con «{title}»",
	"history.rename": "Cambiar el nombre",
	"history.new_name": "Nuevo nombre",
	"history.delete": "Eliminar",
	"history.ask_delete": "¿Eliminar este chat?",
	"history.delete_means":
	    "«{title}» y todos sus mensajes desaparecerán para siempre. Lo " +
	    "que se hizo en él sigue hecho.",
	"history.deleted": "El chat se ha eliminado.",
	"search.placeholder": "Buscar en tus chats",
	"search.found": "Chats encontrados",
	"search.count": {
		one: "{n} chat encontrado",
		many: "{n} de chats encontrados",
		other: "{n} chats encontrados",
	},
	"search.nothing":
	    "No se ha encontrado nada. Prueba con menos palabras o con otras.",
	"search.more": "Hay más. Añade una palabra para acotar la búsqueda.",

	// --- widgets, tasks, sources
	"code.copy": "Copiar",
	"code.copied": "Copiado",
	"code.not_copied": "El navegador no lo ha permitido",
	"code.label": "Código",
	"code.of": "Código: {language}",
	"table.label": "Tabla",
	"image.label": "Imagen",
	"task.done": "hecha",
	"task.open": "pendiente",
	"widget.more": {
		one: "Mostrar {n} más",
		many: "Mostrar {n} más",
		other: "Mostrar {n} más",
	},
	"widget.wait": "Posible cuando la respuesta esté completa",
	"widget.choose": "Elegir…",
	"widget.button": "Botón",
	"widget.pattern": "Por favor, usa el formato que se pide.",
	"widget.collision":
	    "El campo {name} se llama como algo que su acción ya envía, y se " +
	    "ha omitido.",
	"chart.label": {
		one: "Gráfico de {names}, {n} valor",
		many: "Gráfico de {names}, {n} de valores cada uno",
		other: "Gráfico de {names}, {n} valores cada uno",
	},
	"chart.numbers": "Los números",
	"sources.title": {
		one: "{n} fuente",
		many: "{n} de fuentes",
		other: "{n} fuentes",
	},
	"sources.mark": "Fuente {n}: {title}",

	// --- dialogs, menus, shortcuts
	"dialog.cancel": "Cancelar",
	"shortcut.title": "Atajos de teclado",
	"shortcut.send": "Enviar el mensaje",
	"shortcut.line": "Nueva línea",
	"shortcut.edit": "Editar tu último mensaje (con el campo vacío)",
	"shortcut.stop":
	    "Detener la respuesta, salir de un menú o de una edición",
	"shortcut.search": "Buscar chats",
	"shortcut.list": "Mostrar esta lista",
};
