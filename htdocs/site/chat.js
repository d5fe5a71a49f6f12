// @ts-check
// /chat and /chat/ID: the element, the address that follows it, and the tasks
// beside it.

import { h } from "../chatkit/dom.js";
import { call, ApiError } from "./api.js";
import { words } from "./words.js";
import { banner, begin, belongTo, config, el, keep, me, pageFailed, recall,
    setTitle, theme } from "./page.js";

const main = el("main");
const narrow = matchMedia("(max-width: 63.99rem)");
/** @type {import("@openai/chatkit").OpenAIChatKit} */
let kit;
/** @type {import("./page.js").Config} */
let settings;
/** @type {import("./page.js").Me | null} */
let person;
/** @type {Promise<import("./tasks.js").TaskView> | undefined} */
let tasks;
/** @type {string | null} */
let thread = null;
let signedOut = false;

// ---- addresses

/** The thread an address names; null: a new one. */
function threadOf(path = location.pathname)
{
	const id = /^\/chat\/([^/]+)/.exec(path)?.[1];
	return id ? `thr_${id}` : null;
}

/** @param {string | null} id */
function pathOf(id)
{
	return id ? `/chat/${encodeURIComponent(id.replace(/^thr_/, ""))}` :
	    "/chat";
}

/**
 * Read a thread's title; null: there is no such thread (any more).
 * @param {string} id
 * @returns {Promise<string | null>}
 */
async function titleOf(id)
{
	const path = `/api/${encodeURIComponent(person?.user_id ?? "")}` +
	    `/conversations/${encodeURIComponent(id.slice(4))}?limit=1`;
	try {
		return (await call("GET", path)).json.title ?? "";
	} catch (error) {
		if (error instanceof ApiError &&
		    (error.kind === "missing" || error.kind === "refused"))
			return null;
		throw error;
	}
}

async function showTitle()
{
	const id = thread;
	const title = id && await titleOf(id).catch(() => "");
	if (id === thread)
		setTitle(title || words.t("nav.chat"));
}

/** The element opened another thread. @param {string | null} id */
function follow(id)
{
	thread = id;
	keep("thread", id ?? "", () => sessionStorage);
	if (main.dataset.view !== "tasks" && threadOf() !== id)
		history.pushState(null, "", pathOf(id));
	showTitle();
}

/** Say that there is nothing at this address, and offer something else. */
function showGone()
{
	const box = h("div", { class: "empty", role: "alert" },
	    h("h2", { text: words.t("chat.gone") }),
	    h("p", { text: words.t("chat.gone.why") }),
	    h("button", { type: "button", class: "main",
		text: words.t("chat.new"), on: { click: () => {
			box.remove();
			history.replaceState(null, "", "/chat");
			show(null);
		} } }));
	el("gone")?.remove();
	box.id = "gone";
	kit.hidden = true;
	el("talk").append(box);
}

/** Open what the address says. @param {string | null} id */
async function show(id)
{
	el("gone")?.remove();
	kit.hidden = false;
	if (id === thread)
		return;
	try {
		if (id && await titleOf(id) === null)
			showGone();
		else
			await kit.setThreadId(id);
	} catch (error) {
		history.replaceState(null, "", pathOf(thread));
		pageFailed(error);
	}
}

// ---- the tasks

function openTasks()
{
	const user = person?.user_id;
	if (user === undefined)
		return;
	tasks ??= import("./tasks.js").then(({ TaskView }) =>
	    TaskView.open(el("side"), { user, compact: true }));
	tasks.catch((error) => {
		tasks = undefined;
		pageFailed(error);
	});
}

async function refreshTasks()
{
	(await tasks?.catch(() => null))?.refresh();
}

/** Beside the chat, or, where there is no room, in its place. */
function arrange()
{
	const inPlace = narrow.matches && location.pathname === "/tasks";
	const beside = !narrow.matches && recall("panel") !== "off";
	main.toggleAttribute("data-panel", beside);
	main.dataset.view = inPlace ? "tasks" : "chat";
	el("panel").setAttribute("aria-pressed", String(beside));
	el("to-chat").ariaCurrent = inPlace ? null : "page";
	el("to-tasks").ariaCurrent = inPlace ? "page" : null;
	if (beside || inPlace)
		openTasks();
}

// ---- the element

/** @returns {import("../chatkit/host.d.ts").Options} */
function options()
{
	const prompts = /** @type {const} */ (["today", "add", "plan", "done"]);
	return {
		api: { url: "/api/chatkit", domainKey: "not needed" },
		locale: /** @type {any} */ (words.tag),
		theme: theme(),
		frameTitle: words.t("nav.chat"),
		initialThread: thread,
		history: { enabled: true, showDelete: true, showRename: true },
		threadItemActions: { feedback: true, retry: true },
		thread: { autoScroll: true },
		startScreen: {
			greeting: words.t("chat.greeting"),
			prompts: prompts.map((name) => ({
				label: words.t(`chat.prompt.${name}`),
				prompt: words.t(`chat.prompt.${name}`),
			})),
		},
		composer: {
			placeholder: words.t("chat.placeholder"),
			dictation: { enabled: settings.dictation },
		},
		taskchat: { messageMax: settings.message_max,
			user: person?.user_id },
	};
}

function listen()
{
	kit.addEventListener("chatkit.ready", () => {
		if (matchMedia("(pointer: fine)").matches &&
		    document.activeElement === document.body)
			kit.focusComposer();
	}, { once: true });
	kit.addEventListener("chatkit.thread.change",
	    ({ detail }) => follow(detail.threadId));
	kit.addEventListener("chatkit.response.start", () => {
		refreshTasks();
		if (signedOut)
			goOn();
	});
	kit.addEventListener("chatkit.response.end", () => {
		refreshTasks();
		showTitle();
	});
	kit.addEventListener("chatkit.effect", refreshTasks);
	kit.addEventListener("chatkit.history.close", showTitle);
	kit.addEventListener("chatkit.error", ({ detail }) => {
		const { kind } = /** @type {any} */ (detail.error);
		if (kind === "unauthorized" && !signedOut) {
			signedOut = true;
			import("./away.js").then((away) => away.sessionEnded(),
			    pageFailed);
		}
	});
	addEventListener("tc-theme", () => kit.setOptions(options()));
	addEventListener("popstate", () => {
		arrange();
		if (location.pathname !== "/tasks")
			show(threadOf());
	});
}

/** Somebody signed in again, here or in another tab. */
async function goOn()
{
	const now = await me().catch(() => null);
	if (now && now.user_id !== person?.user_id)
		location.reload();
	if (now) {
		signedOut = false;
		banner(null);
		refreshTasks();
		kit.fetchUpdates().catch(() => {});
	}
}

el("panel").addEventListener("click", () => {
	keep("panel", main.hasAttribute("data-panel") ? "off" : "");
	arrange();
});
el("to-tasks").addEventListener("click", (/** @type {MouseEvent} */ event) => {
	if (!narrow.matches || !kit || event.ctrlKey || event.metaKey ||
	    event.shiftKey)
		return;
	event.preventDefault();
	if (location.pathname !== "/tasks")
		history.pushState(null, "", "/tasks");
	arrange();
});
el("to-chat").addEventListener("click", (/** @type {MouseEvent} */ event) => {
	if (main.dataset.view !== "tasks" || event.ctrlKey || event.metaKey)
		return;
	event.preventDefault();
	history.pushState(null, "", pathOf(thread));
	arrange();
});
narrow.addEventListener("change", () => {
	if (!narrow.matches && location.pathname === "/tasks")
		history.replaceState(null, "", pathOf(thread));
	arrange();
});
addEventListener("focus", () => {
	if (signedOut)
		goOn();
});

async function start()
{
	const id = threadOf();
	const begun = begin();
	// its style comes while it is asked who is here
	const element = document.createElement("openai-chatkit");
	el("talk").append(element);
	[settings, person] = await Promise.all([config(), me(), begun]);
	if (!person) {
		el("panel").hidden = true;
		(await import("./away.js")).askToSignIn();
		return;
	}
	const title = id === null ? "" : await titleOf(id);
	await customElements.whenDefined("openai-chatkit");
	kit = /** @type {any} */ (element);
	thread = title === null ? null : id;
	listen();
	kit.setOptions(options());
	belongTo(person);
	arrange();
	if (title === null)
		showGone();
	else if (title)
		setTitle(title);
}

start().catch(pageFailed);
