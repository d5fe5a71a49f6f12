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
	"log.unread": "There is a new answer in another conversation.",
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
	"log.send_now": "Send now",
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
	"composer.editing": "Editing your message. What came after it will" +
	    " be replaced.",
	"composer.leave_edit": "Leave it as it was",
	"composer.unquote": "Remove the quotation",
	"composer.add": "Add files or tools",
	"composer.tools": "Tools",
	"composer.model": "Model: {name}",
	"composer.choose_model": "Choose a model",
	"composer.mention": "Mention something",
	"composer.commands": "Commands",
	"composer.actions": "Actions",
	"composer.found": {
		one: "{n} suggestion. Enter chooses it, Escape leaves.",
		other: "{n} suggestions. The arrow keys move, Enter chooses," +
		    " Escape leaves.",
	},
	"composer.tags": "Mentioned in this message",
	"composer.untag": "Remove {name}",
	"composer.attach": "Attach files",
	"composer.files": "Attached files",
	"composer.drop": "Drop files here to attach them",
	"composer.progress": "{name} is being uploaded",
	"composer.uploading": "Files are still being uploaded. Please wait" +
	    " a moment.",
	"composer.upload_failed": "A file could not be uploaded. Try it" +
	    " again or remove it.",
	"composer.not_uploaded": "“{name}” could not be uploaded. Try it" +
	    " again or remove it.",
	"composer.cancel_upload": "Cancel the upload of {name}",
	"composer.upload_again": "Upload {name} again",
	"composer.remove_file": "Remove {name}",
	"composer.too_many_files": {
		one: "Only {n} file can be attached to a message.",
		other: "At most {n} files can be attached to a message.",
	},
	"composer.too_large": "“{name}” is too large. It may have {size}" +
	    " at most.",
	"composer.wrong_type": "“{name}” cannot be attached. These can:" +
	    " {types}.",
	"composer.empty_file": "“{name}” is empty.",
	"composer.dictate": "Dictate",
	"dictation.asking": "Waiting for the microphone",
	"dictation.recording": "Recording",
	"dictation.transcribing": "Writing down what you said",
	"dictation.done": "Done",
	"dictation.cancel": "Cancel",
	"dictation.refused": "The microphone is blocked. Allow it for this" +
	    " page in your browser, then try again.",
	"dictation.no_microphone": "No microphone was found. Connect one," +
	    " then try again.",
	"dictation.in_use": "The microphone gives no sound. Another program" +
	    " may be using it.",
	"dictation.unsupported": "This browser cannot record here. You can" +
	    " type instead.",
	"dictation.nothing": "Nothing was understood. Please try again, a" +
	    " little closer to the microphone.",
	"questions.label": "Questions",
	"questions.own": "Something else",
	"questions.skip": "Skip",
	"questions.send": "Send answers",
	"questions.empty": "Answer at least one question, or skip them.",

	// --- history, search, start screen
	"history.close": "Close the list",
	"history.today": "Today",
	"history.yesterday": "Yesterday",
	"history.week": "Previous 7 days",
	"history.month": "Previous 30 days",
	"history.empty": "There are no chats yet.",
	"history.unread": "{title}, with a new answer",
	"history.menu": "What to do with “{title}”",
	"history.rename": "Rename",
	"history.new_name": "New name",
	"history.delete": "Delete",
	"history.ask_delete": "Delete this chat?",
	"history.delete_means": "“{title}” and all its messages will be" +
	    " gone for good. What was done in it stays done.",
	"history.deleted": "The chat is deleted.",
	"search.placeholder": "Search your chats",
	"search.found": "Chats found",
	"search.count": {
		one: "{n} chat found",
		other: "{n} chats found",
	},
	"search.nothing": "Nothing was found. Try fewer or other words.",
	"search.more": "There is more. Add a word to narrow it down.",
	"start.greeting": "What can I help with today?",

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
	"widget.more": { one: "Show {n} more", other: "Show {n} more" },
	"widget.wait": "Possible when the answer is complete",
	"widget.choose": "Choose…",
	"widget.button": "Button",
	"widget.pattern": "Please keep to the format that is asked for.",
	"widget.collision": "The field {name} has the name of something its" +
	    " action sends already, and was left out.",
	"chart.label": { one: "Chart of {names}, {n} value",
		other: "Chart of {names}, {n} values each" },
	"chart.numbers": "The numbers",
	"sources.title": { one: "{n} source", other: "{n} sources" },
	"sources.mark": "Source {n}: {title}",

	// --- dialogs, menus, shortcuts
	"dialog.cancel": "Cancel",
	"shortcut.title": "Keyboard shortcuts",
	"shortcut.send": "Send the message",
	"shortcut.line": "New line",
	"shortcut.edit": "Edit your last message (in an empty field)",
	"shortcut.stop": "Stop the answer, leave a menu or an edit",
	"shortcut.search": "Search chats",
	"shortcut.list": "Show this list",
};
