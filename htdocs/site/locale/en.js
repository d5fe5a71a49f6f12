// English: the frame of every page, the chat page.  (The task list's words
// are in en-tasks.js, those of single pages in en-pages.js.)

export default {
	// --- the frame
	"nav.label": "Pages",
	"nav.chat": "Chat",
	"nav.tasks": "Tasks",
	"nav.panel": "Tasks beside the chat",
	"nav.account": "Account and settings",
	"page.skip": "Skip to content",
	"page.broken": "This page did not load completely.",
	"page.reload": "Reload",
	"page.retry": "Try again",
	"session.none": "Sign in to see your chats and tasks.",
	"session.ended":
	    "Your session has ended. Sign in again to go on; what you wrote " +
	    "is kept.",
	"session.elsewhere":
	    "Nobody is signed in. Sign in on your site, then reload this " +
	    "page.",
	"session.sign_in": "Sign in",

	// --- what can go wrong, and what to do
	"error.offline":
	    "You are offline. Please try again when the connection is back.",
	"error.unreachable":
	    "Unable to connect to the server. Please try again in a moment.",
	"error.unauthorized": "Your session has ended. Sign in again to go on.",
	"error.limited":
	    "That was a bit fast. Please wait a moment before trying again.",
	"error.limited.seconds": {
		one: "Too many attempts. Please try again in {n} second.",
		other: "Too many attempts. Please try again in {n} seconds.",
	},
	"error.limited.minutes": {
		one: "Too many attempts. Please try again in {n} minute.",
		other: "Too many attempts. Please try again in {n} minutes.",
	},
	"error.missing": "This is not there any more. Please reload the page.",
	"error.conflict":
	    "This was changed elsewhere meanwhile. Please look at it again.",
	"error.refused":
	    "This could not be done. Please check what you entered.",
	"error.server": "Something went wrong. Please try again in a moment.",
	"error.strange":
	    "The server’s answer makes no sense. Please check your " +
	    "connection, and reload the page.",

	// --- the menu of the bar
	"menu.signed_in": "Signed in",
	"menu.profile": "Profile",
	"menu.theme": "Appearance",
	"menu.theme.auto": "Auto",
	"menu.theme.light": "Light",
	"menu.theme.dark": "Dark",
	"menu.language": "Language",
	"menu.language.auto": "As the browser",
	"menu.sign_out": "Sign out",

	// --- the chat page
	"chat.greeting": "What is on your list?",
	"chat.placeholder": "Say what you have to do…",
	"chat.prompt.today": "What is due today?",
	"chat.prompt.add": "Add a task to call the dentist tomorrow at 9",
	"chat.prompt.plan": "What should I do first?",
	"chat.prompt.done": "What have I finished?",
	"chat.gone": "This chat is not there",
	"chat.gone.why":
	    "It was deleted, or the address is not right, or it belongs to " +
	    "another account.",
	"chat.new": "Start a new chat",
};
