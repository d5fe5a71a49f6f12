// English: the language that every other one is measured by.

export default {
	// --- the conversation: states, errors and what to do next
	"error.offline": "You are offline. What you send now goes out when" +
	    " the connection is back.",
	"error.unreachable": "Unable to connect to the server. Please try" +
	    " again in a moment.",
	"error.unauthorized": "Your session has ended. Sign in again to go" +
	    " on; what you wrote is kept.",
	"error.forbidden": "You have no access to this. Sign in with the" +
	    " account it belongs to.",
	"error.not_found": "This is no longer there. It may have been" +
	    " deleted.",
	"error.busy": "Another answer is still being written here. Please" +
	    " wait until it has ended.",
	"error.rate_limited": "Please wait a moment before sending another" +
	    " message.",
	"error.refused": "The server did not take this. Please change it and" +
	    " try again.",
	"error.too_long": "This message is too long. Please shorten it and" +
	    " send it again.",
	"error.server": "Something went wrong. Please try again or rephrase" +
	    " your request.",
	"error.cut": "The connection broke, and the end of the answer is" +
	    " missing. Please try again.",
	"error.bad_answer": "The server gave an answer that makes no sense" +
	    " here. Are you behind a sign-in page of your network? Please" +
	    " try again.",
	"error.stopped": "You stopped this before it was sent.",
	"state.sending": "Sending",
	"state.streaming": "An answer is being written",
	"state.stopping": "Stopping",
	"state.reconnecting": "The connection was lost. Reconnecting",
	"state.loading": "Loading",
	"mark.stopped": "Stopped",
	"mark.cut": "The rest of this answer is missing",
	"local.sending": "Sending",
	"local.queued": "Waiting to be sent",
	"local.failed": "Not sent",

	// --- messages and their actions
	"log.name": "Chat",
	"log.messages": "Messages",
	"log.new": "New chat",
	"log.history": "Chat history",
	"log.you": "You said",
	"log.assistant": "The assistant said",
	"log.thinking": "Thinking…",
	"log.answer": "Answer: {text}",
	"log.older": "Load older messages",
	"log.latest": "Jump to the latest message",
	"log.latest_new": {
		one: "{n} new message: jump to it",
		other: "{n} new messages: jump to the latest",
	},
	"log.empty": "Nothing has been said here yet.",
	"log.module": "A part of the chat could not be loaded. Check your" +
	    " connection and try again.",
	"log.hosted": "This chat is hosted elsewhere and needs another" +
	    " program than this one. Please tell whoever runs this site.",
	"log.unopened": "This conversation could not be opened.",
	"log.retry": "Try again",
	"log.discard": "Discard",
	"log.close": "Close",
	"log.copy": "Copy the answer",
	"log.copy_own": "Copy the message",
	"log.copied": "Copied",
	"log.not_copied": "The browser did not allow copying.",
	"log.edit": "Edit the message",
	"log.again": "Answer again",
	"log.good": "Good answer",
	"log.bad": "Bad answer",
	"log.thanks": "Thank you for saying so.",
	"log.steps": { one: "{n} step", other: "{n} steps" },
	"log.thought": {
		one: "Thought for {n} second",
		other: "Thought for {n} seconds",
	},
	"log.working": "Working…",
	"log.task_runs": "Running",
	"log.task_done": "Done",
	"log.searched": "Searched the web",
	"log.files": "Looked at files",
	"log.image": "Image",
	"log.drawing": "An image is being made…",
	"log.quoted": "Quoted",
	"log.attached": "Attached files",
	"log.skipped": "Skipped",
	"log.widget": "This part of the answer could not be shown.",

	// --- composer: writing, attaching, choosing, dictating

	// --- history, search, start screen

	// --- widgets, tasks, sources
	"code.copy": "Copy",
	"code.copied": "Copied",
	"code.not_copied": "The browser did not allow it",
	"code.label": "Code",
	"code.of": "Code: {language}",
	"table.label": "Table",
	"image.label": "Image",
	"task.done": "done",
	"task.open": "to do",

	// --- dialogs, menus, shortcuts
};
