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

	// --- composer: writing, attaching, choosing, dictating

	// --- history, search, start screen

	// --- widgets, tasks, sources

	// --- dialogs, menus, shortcuts
};
