// English: what single pages say; the frame's words are in en.js.

export default {
	// --- forms
	"form.name": "Name",
	"form.email.label": "E-mail",
	"form.password": "Password",
	"form.password.new": "New password",
	"form.password.current": "Current password",
	"form.password.min": {
		one: "At least {n} character.",
		other: "At least {n} characters.",
	},
	"form.show": "Show",
	"form.show.what": "Show: {name}",
	"form.hide": "Hide",
	"form.hide.what": "Hide: {name}",
	"form.wrong": "Please look at this again:",
	"form.missing": "Please fill this in.",
	"form.email": "Please enter an address like name@example.org.",
	"form.refused": "This cannot be used. Please change it.",

	// --- signing in and up, a new password
	"sign_in.title": "Sign in",
	"sign_in.go": "Sign in",
	"sign_in.remember": "Stay signed in on this device",
	"sign_in.forgot": "Forgot your password?",
	"sign_in.new": "New here?",
	"sign_up.title": "Create an account",
	"sign_up.go": "Create account",
	"sign_up.known": "You have an account?",
	"sign_up.sent":
	    "To finish, open the link in the message to this address:",
	"sign_up.off":
	    "Accounts cannot be created here. Ask whoever runs this site.",
	"mail.sent": "Look into your mail",
	"forgot.title": "A new password",
	"forgot.how":
	    "Tell us your address, and we send a link to choose a new " +
	    "password.",
	"forgot.go": "Send the link",
	"forgot.sent":
	    "If there is an account with this address, a link is on its way:",
	"forgot.hour":
	    "It is good for an hour. No message? Look among the unwanted " +
	    "ones, or try again.",
	"forgot.off":
	    "This site sends no mail. Ask whoever runs it for a new password.",
	"reset.title": "Choose a new password",
	"reset.go": "Save the password",
	"reset.done": "Your password is changed",
	"reset.done.more":
	    "You were signed out everywhere. Sign in with the new one.",
	"reset.stale":
	    "This link is not good any more: it was used, or is older than " +
	    "an hour.",
	"reset.again": "Ask for a new link",
	"verify.title": "Your e-mail address",
	"verify.done": "Your address is confirmed",
	"verify.go_on": "Go to the chat",
	"verify.go": "Send a new link",
	"verify.stale":
	    "This link is not good any more. We can send you a new one.",
	"verify.sent":
	    "If this address waits to be confirmed, a new link is on its way:",
	"verify.resend": "Send the message again",
	"verify.resent": "Sent again. It may take a minute to arrive.",
	"account.back": "Back to signing in",
	"account.off":
	    "There are no accounts here. Sign in on your site; these pages " +
	    "know you then.",

	// --- what the accounts refuse
	"account.invalid_email":
	    "Please enter an address like name@example.org.",
	"account.email_same": "This is your address already.",
	"account.user_already_exists_use_another_email":
	    "There is an account with this address. Sign in, or use another " +
	    "address.",
	"account.password_too_short": {
		one: "Please take at least {n} character.",
		other: "Please take at least {n} characters.",
	},
	"account.password_too_long": "Please take at most 128 characters.",
	"account.password_too_weak":
	    "Many people use this password, so it is easily guessed. Please " +
	    "choose another.",
	"account.invalid_password":
	    "This is not your password. Please try again.",
	"account.invalid_email_or_password":
	    "Address and password do not fit together. Please try again.",
	"account.email_not_verified":
	    "Your address is not confirmed yet. Open the link in the message " +
	    "we sent you.",
	"account.invalid_token":
	    "This link is not good any more. Please ask for a new one.",
	"account.email_password_sign_up_disabled":
	    "Accounts cannot be created here. Ask whoever runs this site.",
	"account.change_email_disabled":
	    "This site sends no mail, so the address cannot be changed.",
	"account.reset_password_disabled":
	    "This site sends no mail. Ask whoever runs it for a new password.",
	"account.credential_account_not_found": "This account has no password.",

	// --- profile
	"profile.title": "Profile",
	"profile.elsewhere":
	    "Your name and password are kept by the site you signed in on.",
	"profile.you": "You",
	"profile.save": "Save",
	"profile.saved": "Saved.",
	"profile.unconfirmed": "Not confirmed yet.",
	"profile.confirm": "Send me the link",
	"profile.email.new": "New address",
	"profile.email.change": "Change the address",
	"profile.email.sent":
	    "Open the link in the message to {email}, before you sign out. " +
	    "Until then your address stays as it is.",
	"profile.password": "Password",
	"profile.password.others": "Sign me out everywhere else",
	"profile.password.change": "Change the password",
	"profile.password.done": "Your password is changed.",

	// --- sessions
	"sessions.title": "Where you are signed in",
	"sessions.device": "{browser} on {system}",
	"sessions.unknown": "Unknown program",
	"sessions.this": "This one",
	"sessions.seen": "Last seen {when}",
	"sessions.end": "Sign out",
	"sessions.end.what": "Sign out: {name}",
	"sessions.end.others": "Sign out everywhere else",
	"sessions.ended": "Signed out there.",
	"sessions.fresh":
	    "You signed in more than a day ago. To see this list, enter your " +
	    "password once more.",
	"sessions.fresh.go": "Show the list",

	// --- access tokens
	"tokens.title": "Access for programs",
	"tokens.what":
	    "A token lets a script or an MCP client work on your tasks, and " +
	    "on nothing else. Whoever has it can use it: keep it like a " +
	    "password.",
	"tokens.none": "You have none.",
	"tokens.once": "Copy it now: it is not shown again.",
	"tokens.copy": "Copy",
	"tokens.copied": "Copied.",
	"tokens.name": "What is it for?",
	"tokens.days": "Good for",
	"tokens.days.30": "30 days",
	"tokens.days.90": "90 days",
	"tokens.days.365": "A year",
	"tokens.days.none": "Without an end",
	"tokens.scope": "May",
	"tokens.scope.write": "Read and change tasks",
	"tokens.scope.read": "Only read tasks",
	"tokens.make": "Make a token",
	"tokens.until": "until {when}",
	"tokens.forever": "without an end",
	"tokens.used": "used {when}",
	"tokens.unused": "never used",
	"tokens.revoke": "Revoke",
	"tokens.revoke.what": "Revoke: {name}",
	"tokens.revoked": "“{name}” is revoked.",
	"tokens.many": "You have as many tokens as you may. Revoke one first.",

	// --- the address of MCP, connected programs
	"mcp.what":
	    "Give this address to an assistant or an editor that speaks MCP. " +
	    "It sends you here then, to ask what it may do.",
	"mcp.copy": "Copy the address",
	"apps.title": "Connected programs",
	"apps.none": "None is connected.",
	"apps.since": "since {when}",
	"apps.scope.change": "Only change tasks",
	"apps.end": "Disconnect",
	"apps.end.what": "Disconnect: {name}",
	"apps.ended": "“{name}” is disconnected.",
	"tokens.own": "Access tokens",

	// --- a program asks for access
	"authorize.title": "Allow access to your tasks?",
	"authorize.wait": "One moment…",
	"authorize.registered": "registered by the operator of this site",
	"authorize.may": "It may",
	"authorize.both": "See and change your tasks",
	"authorize.read": "Only see your tasks",
	"authorize.only.read": "It may see your tasks, and change none.",
	"authorize.only.write":
	    "It may change your tasks, without seeing the list.",
	"authorize.not": "It sees neither your chats nor your password.",
	"authorize.as": "You are signed in as",
	"authorize.other": "Sign in as somebody else",
	"authorize.to": "The answer goes to",
	"authorize.to.here": "a program on this computer",
	"authorize.to.app":
	    "the program on this device that opens {scheme} addresses",
	"authorize.warn.host":
	    "This program belongs to {client}, but the answer goes to " +
	    "{host}. Allow it only if you expect that.",
	"authorize.warn.here":
	    "Any program on this computer can ask like this, under any name. " +
	    "Allow it only if you have just started this yourself.",
	"authorize.warn.app":
	    "Any program on this device can claim such addresses. Allow it " +
	    "only if you have just started this yourself.",
	"authorize.revoke":
	    "You can take this back at any time, in your profile.",
	"authorize.allow": "Allow",
	"authorize.cancel": "Cancel",
	"authorize.allowed": "Access is allowed",
	"authorize.refused": "Access was not allowed",
	"authorize.going": "You are being taken back to the program.",
	"authorize.close":
	    "Your browser opens the program, and may ask you first. You can " +
	    "close this page then.",
	"authorize.back": "Back to the program",
	"authorize.failed": "This program cannot be connected",
	"authorize.off":
	    "This site has no access for programs. Its operator can switch " +
	    "that on.",
	"authorize.client":
	    "The program does not say properly who it is, so nothing was " +
	    "allowed. Only its makers can put that right.",
	"authorize.redirect":
	    "The answer would go to an address that is not known to belong " +
	    "to this program. Nothing was sent there.",
	"authorize.request":
	    "What you followed to this page is not complete. Please start " +
	    "again in the program that sent you here.",
	"authorize.away":
	    "The program’s own site, which says who it is, does not answer. " +
	    "Please try again in a moment.",
	"authorize.many":
	    "You have as many connected programs as you may. Disconnect one " +
	    "in your profile first.",
	"authorize.detail": "For its makers:",
	"authorize.framed":
	    "So that nobody can have you click on what you do not see, this " +
	    "page works only by itself.",
	"authorize.alone": "Open it by itself",

	// --- a copy of everything, the end of the account
	"export.title": "Your data",
	"export.what":
	    "Everything of yours that is kept here – tasks, chats, account – " +
	    "as one JSON file.",
	"export.go": "Download",
	"delete.title": "Delete the account",
	"delete.what":
	    "Your account, all your tasks and all your chats are deleted at " +
	    "once and for good. Nobody can bring them back.",
	"delete.open": "Delete my account…",
	"delete.sure": "Delete your account?",
	"delete.type": "Type this word to confirm:",
	"delete.word": "delete",
	"delete.word.wrong": "Please type “{word}”.",
	"delete.go": "Delete for good",
	"delete.keep": "Keep it",
	"delete.done": "Your account is deleted",
	"delete.done.more": "All your tasks and chats are gone with it.",
	"delete.leave": "To the start page",

	// --- the start page, a page that is not there
	"start.title": "Your tasks, by talking",
	"start.lead":
	    "Say what you have to do. An assistant keeps the list, finds " +
	    "what is due, and asks before it deletes anything.",
	"start.elsewhere":
	    "There are no accounts here: sign in on your site, and these " +
	    "pages know you.",
	"start.sample": "An example: two tasks are added by saying so",
	"start.sample.said": "Call the dentist tomorrow at nine, and buy milk",
	"start.sample.answer": "Added both.",
	"start.sample.one": "Call the dentist",
	"start.sample.two": "Buy milk",
	"start.sample.due": "Tomorrow, 9:00",
	"start.talk": "Talk",
	"start.talk.more":
	    "Plain words are enough, and several things at once are fine.",
	"start.list": "See the list",
	"start.list.more":
	    "The tasks stand beside the chat. Change them by hand whenever " +
	    "that is quicker.",
	"start.yours": "It stays yours",
	"start.yours.more":
	    "Everything is kept on this server. Take a copy of it, or delete " +
	    "it, at any time.",
	"start.operators": "For operators and programs:",
	"start.ready": "is it ready?",
	"start.api": "the API, which curl can talk to",
	"missing.title": "There is no such page",
	"missing.more": "The address may be misspelt, or the page has moved.",

	// --- the button for other pages
	"embed.title": "The chat on your pages",
	"embed.what":
	    "A round button in the corner opens the chat. This page has it: " +
	    "try it.",
	"embed.how": "One line",
	"embed.how.more":
	    "Put this into a page of this site, or of an origin that its " +
	    "operator has allowed:",
	"embed.attributes": "How it looks",
	"embed.position": "“start” or “end”: the side it stands on.",
	"embed.label": "What the button is called.",
	"embed.theme": "“light” or “dark”; otherwise as the reader’s system.",
	"embed.locale": "A language such as “de”; otherwise that of the page.",
	"embed.accent": "A colour for the button, such as “#0b6e58”.",
	"embed.token":
	    "On another site: an address there that answers {\"token\": " +
	    "\"…\"} for whoever is signed in.",
	"embed.policy":
	    "A page with a Content-Security-Policy names this origin in " +
	    "script-src, style-src and connect-src.",

	// --- the vendor's element
	"official.title": "The vendor’s chat element",
	"official.what":
	    "This page loads OpenAI’s own ChatKit from its servers and " +
	    "connects it to this one. The chat of this site needs neither.",
	"official.loading": "Loading it…",
	"official.key":
	    "This site has no domain key. Its operator gets one from the " +
	    "vendor and sets chatkit_domain_key; only on localhost it works " +
	    "without.",
	"official.failed":
	    "The vendor’s script did not load. It may be blocked, or its " +
	    "servers cannot be reached. The chat of this site works all the " +
	    "same.",
	"official.slow":
	    "The vendor’s element has not answered yet. When it stays empty, " +
	    "its domain key is probably not for this address.",
};
