// English: the language that every other one is measured by.  What a first look
// needs; en-more.js has the rest.

export default {
	// --- the conversation: states, errors and what to do next
	"error.offline": "You are offline. What you send now goes out when" +
	    " the connection is back.",
	"error.away": "You are offline. What you wrote is kept: send it when" +
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
	"error.limited": "You have reached the limit for today. You can go" +
	    " on: {day}, {time}.",
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
	"state.stopping": "Stopping",
	"state.reconnecting": "The connection was lost. Reconnecting",
	"state.loading": "Loading",

	// --- messages and their actions
	"log.name": "Chat",
	"log.new": "New chat",
	"log.history": "Chat history",
	"log.module": "A part of the chat could not be loaded. Check your" +
	    " connection and try again.",
	"log.hosted": "This chat is hosted elsewhere and needs another" +
	    " program than this one. Please tell whoever runs this site.",
	"log.retry": "Try again",

	// --- composer: writing, attaching, choosing, dictating
	"composer.label": "Message",
	"composer.placeholder": "Write a message",
	"composer.send": "Send",
	"composer.stop": "Stop the answer",
	"composer.save": "Send the edited message",
	"composer.empty": "Write a message first.",
	"composer.room": {
		one: "{n} character left",
		other: "{n} characters left",
	},
	"composer.too_long": {
		one: "{n} character too many. Shorten the message to send it.",
		other: "{n} characters too many. Shorten the message to send" +
		    " it.",
	},
	"composer.locked": "Nothing can be written here at the moment.",
	"composer.closed": "This chat is closed. Begin a new one to go on.",
	"composer.uploading": "Files are still being uploaded. Please wait" +
	    " a moment.",
	"composer.upload_failed": "A file could not be uploaded. Try it" +
	    " again or remove it.",

	// --- history, search, start screen
	"start.greeting": "What can I help with today?",
};
