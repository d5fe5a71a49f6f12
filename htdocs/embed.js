// @ts-check
// The chat behind a round button, on any page of the site or of an origin it
// allows:
//
//	<script src="https://chat.example.org/embed.js" defer></script>
//
// Attributes, each of which may be left out:
//
//	data-token-url	an address of the page's own site that answers
//			{"token": …}, which the chat then shows as its Bearer;
//			without it, the cookie of the chat's site decides
//	data-position	"start" or "end" (usual): which side
//	data-label	what the button is called
//	data-theme	"light", "dark"; else as the system has it
//	data-locale	a language tag; else as the page, or the browser, has it
//	data-accent	a colour for the button and the chat
//
// Nothing else is fetched until somebody opens it.
(() => {
	"use strict";
	const script = /** @type {HTMLScriptElement} */ (
	    document.currentScript);
	const set = script.dataset;
	const { origin } = new URL(script.src);
	const home = origin === location.origin;
	const dark = matchMedia("(prefers-color-scheme: dark)");
	const narrow = matchMedia("(max-width: 40rem)");
	const locale = set.locale || document.documentElement.lang ||
	    navigator.language;
	/** @type {Record<string, string[]>} */
	const spoken = {
		/* chat, close, new answer, did not load, sign in: so few that
		   fetching them would cost more */
		ar: ["الدردشة", "إغلاق", "إجابة جديدة",
		    "تعذر تحميل الدردشة. أعد تحميل الصفحة.", "تسجيل الدخول"],
		de: ["Chat", "Schließen", "neue Antwort",
		    "Der Chat ließ sich nicht laden. Bitte lade die Seite neu.",
		    "Anmelden"],
		es: ["Chat", "Cerrar", "respuesta nueva",
		    "No se pudo cargar el chat. Recarga la página.",
		    "Iniciar sesión"],
		fr: ["Discussion", "Fermer", "nouvelle réponse",
		    "La discussion n’a pas pu être chargée. Rechargez la page.",
		    "Se connecter"],
		ur: ["چیٹ", "بند کریں", "نیا جواب",
		    "چیٹ نہیں کھل سکی۔ صفحہ دوبارہ کھولیں۔", "سائن ان کریں"],
	};
	const [CHAT, CLOSE, ANSWER, BROKEN, SIGN_IN] =
	    spoken[locale.slice(0, 2).toLowerCase()] ?? ["Chat", "Close",
	    "new answer", "The chat could not be loaded. Please reload the" +
	    " page.", "Sign in"];
	const label = set.label || CHAT;
	/** @type {import("@openai/chatkit").OpenAIChatKit | undefined} */
	let chat;
	/** @type {Promise<void> | undefined} */
	let loading;
	let token = "";
	/** Whose chat it is; undefined: nobody has said.
	 * @type {string | undefined} */
	let user;

	/** @param {string} tag @param {Record<string, string>} attributes
	 * @param {...(Node | string)} children @returns {any} */
	const make = (tag, attributes, ...children) => {
		const el = document.createElement(tag);
		for (const name in attributes)
			el.setAttribute(name, attributes[name]);
		el.append(...children);
		return el;
	};
	/** @param {string} d */
	const draw = (d) => {
		const ns = "http://www.w3.org/2000/svg";
		const svg = document.createElementNS(ns, "svg");
		const path = document.createElementNS(ns, "path");
		svg.setAttribute("viewBox", "0 0 24 24");
		svg.setAttribute("aria-hidden", "true");
		path.setAttribute("d", d);
		svg.append(path);
		return svg;
	};
	/** What this tab was left with. @param {string} what
	 * @param {string} [state] */
	const remember = (what, state) => {
		try {
			if (state !== undefined)
				sessionStorage.setItem(`tc.embed.${what}`,
				    state);
			return sessionStorage.getItem(`tc.embed.${what}`);
		} catch {
			return null;
		}
	};
	const theme = () => /** @type {"light" | "dark"} */ (
	    /^(light|dark)$/.test(set.theme ?? "") ? set.theme :
	    dark.matches ? "dark" : "light");

	const style = make("link", { rel: "stylesheet",
	    href: `${origin}/embed.css` });
	const button = make("button", { type: "button", class: "open",
	    "aria-expanded": "false", "aria-haspopup": "dialog", hidden: "" },
	    draw("M7 4h10a3 3 0 0 1 3 3v7a3 3 0 0 1-3 3h-5l-4.5 3.5V17H7" +
	    "a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3zM8.5 9h7m-7 3h4"));
	const close = make("button", { type: "button", class: "close",
	    "aria-label": CLOSE }, draw("m6 6 12 12M18 6 6 18"));
	const place = make("div", { class: "place" }, close);
	/** @type {HTMLDialogElement} */
	const panel = make("dialog", { "aria-label": label }, place);
	const host = make("div", { class: set.position === "start" ? "start" :
	    "end", "data-theme": theme() });
	const root = host.attachShadow({ mode: "open" });

	/** @param {boolean} unread */
	const name = (unread) => {
		button.classList.toggle("unread", unread);
		button.setAttribute("aria-label", unread ?
		    `${label}: ${ANSWER}` : label);
	};
	/** @param {string} text @param {string} [link] */
	const say = (text, link) => {
		place.querySelector("p")?.remove();
		close.after(make("p", { role: "alert" }, text,
		    link ? make("a", { href: link }, SIGN_IN) : ""));
	};

	/** With the token that the page's own site gives out.
	 * @param {RequestInfo | URL} url @param {RequestInit} [init]
	 * @returns {Promise<Response>} */
	const ask = async (url, init) => {
		const fresh = !token;
		token ||= (await (await fetch(set.tokenUrl ?? "",
		    { cache: "no-store" })).json()).token;
		const headers = new Headers(init?.headers);
		headers.set("Authorization", `Bearer ${token}`);
		const response = await fetch(url, { ...init, headers,
		    credentials: "omit" });
		if (response.status !== 401)
			return response;
		token = "";
		return fresh ? response : ask(url, init);
	};
	const send = set.tokenUrl ? ask : (/** @type {string} */ url,
	    /** @type {RequestInit} */ init) => fetch(url, { ...init,
		credentials: "include" });
	/** @returns {any} */
	const options = () => ({
		api: { url: `${origin}/api/chatkit`, domainKey: "not needed",
			fetch: send },
		locale,
		frameTitle: label,
		theme: { colorScheme: theme(), ...set.accent && { color:
		    { accent: { primary: set.accent, level: 1 } } } },
		initialThread: remember("thread") || null,
		header: { rightAction: { icon: "close", onClick: hide } },
		threadItemActions: { feedback: true, retry: true },
		thread: { autoScroll: true },
		taskchat: { embedded: true, user },
	});
	const load = async () => {
		[{ user_id: user }] = await Promise.all([
		    send(`${origin}/api/me`, {}).then((r) => r.json())
			.catch(() => ({})),
		    import(`${origin}/chatkit.js`)]);
		await customElements.whenDefined("openai-chatkit");
		const it = make("openai-chatkit", {});
		it.setOptions(options());
		it.addEventListener("chatkit.response.end",
		    () => name(!panel.open));
		it.addEventListener("chatkit.error", (
		    /** @type {CustomEvent} */ { detail }) => {
			if (home && detail.error.kind === "unauthorized")
				say("", `/sign-in?next=${encodeURIComponent(
				    location.pathname + location.search)}`);
			else if (detail.error.kind === "not_found")
				it.setThreadId(null);
		});
		it.addEventListener("chatkit.thread.change", (
		    /** @type {CustomEvent} */ { detail }) =>
		    remember("thread", detail.threadId ?? ""));
		close.hidden = true;
		place.append(it);
		chat = it;
	};
	/** @param {boolean} asked or as it was left */
	const show = async (asked) => {
		if (narrow.matches)
			panel.showModal();
		else
			panel.open = true;
		button.setAttribute("aria-expanded", "true");
		name(false);
		remember("open", "1");
		if (asked)
			close.focus();
		try {
			await (loading ??= load());
			if (asked)
				chat?.focusComposer();
		} catch (error) {
			console.error(error);
			loading = undefined;
			say(BROKEN);
		}
	};
	const hide = () => {
		panel.close();
		button.focus();
	};

	button.addEventListener("click", () => panel.open ? hide() :
	    show(true));
	close.addEventListener("click", hide);
	panel.addEventListener("cancel", (event) => event.preventDefault());
	panel.addEventListener("close", () => {
		button.setAttribute("aria-expanded", "false");
		remember("open", "");
	});
	panel.addEventListener("keydown", (event) => {
		if (event.key === "Escape" && !event.defaultPrevented &&
		    !event.isComposing)
			hide();
	});
	dark.addEventListener("change", () => {
		host.dataset.theme = theme();
		chat?.setOptions(options());
	});
	for (const type of ["load", "error"])
		style.addEventListener(type, () => {
			button.hidden = false;
			if (remember("open") && !narrow.matches)
				show(false);
		});
	if (set.accent)
		host.style.setProperty("--accent", set.accent);
	name(false);
	root.append(style, button, panel);
	document.body.append(host);
})();
