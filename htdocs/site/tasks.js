// @ts-check
// The task list: alone on /tasks, and, compact, beside the chat.

import { h } from "../chatkit/dom.js";
import { ApiError, sentence } from "./api.js";
import { style, toast } from "./late.js";
import { el, keep, pageFailed, recall } from "./page.js";
import { TaskStore } from "./store.js";
import { loadTaskWords, texts } from "./task-words.js";
import { words } from "./words.js";
import { dayOf, dueText } from "./due.js";

/**
 * @typedef {import("./store.js").Task} Task
 * @typedef {{li: HTMLLIElement, task: Task, day: string,
 *     editor: import("./task-edit.js").Editor | null}} Row
 */

const FILTERS = /** @type {const} */ (["open", "done", "all"]);
const ORDERS = /** @type {const} */ (["due", "created", "priority"]);
const PRIORITIES = /** @type {const} */ (["high", "normal", "low"]);
const LINGER = 3000;	/* ms that a task stays where it was checked */

/** @type {Record<string, (a: Task, b: Task) => number>} */
const sorts = {
	due: (a, b) => (a.due_at ?? "9").localeCompare(b.due_at ?? "9") ||
	    sorts.priority(a, b),
	created: (a, b) => b.created_at.localeCompare(a.created_at),
	priority: (a, b) => PRIORITIES.indexOf(a.priority) -
	    PRIORITIES.indexOf(b.priority) || a.id - b.id,
};

/** @param {string} path what a drawing of 24 by 24 has as its line */
function drawn(path)
{
	const ns = "http://www.w3.org/2000/svg";
	const svg = document.createElementNS(ns, "svg");
	svg.setAttribute("viewBox", "0 0 24 24");
	svg.setAttribute("class", "drawn");
	svg.setAttribute("aria-hidden", "true");
	svg.append(document.createElementNS(ns, "path"));
	svg.firstElementChild?.setAttribute("d", path);
	return svg;
}

export class TaskView {
	/** @type {Map<number, Row>} */
	#rows = new Map();
	/** Stay for a moment although the filter is against it.
	 * @type {Set<number>} */
	#lingering = new Set();
	/** @type {(typeof FILTERS)[number]} */
	#filter = "open";
	#order = ORDERS.find((o) => o === recall("tasks.order")) ?? "due";
	#search = "";

	/**
	 * The list, with its style, in a container; reads it on its own.
	 * @param {HTMLElement} place
	 * @param {{user: string, compact?: boolean}} options
	 */
	static async open(place, options)
	{
		await Promise.all([style("/site/tasks.css"),
		    style("/site/choice.css"), loadTaskWords()]);
		return new TaskView(place, options);
	}

	/**
	 * @param {HTMLElement} place
	 * @param {{user: string, compact?: boolean}} options
	 */
	constructor(place, { user, compact = false })
	{
		this.store = new TaskStore(user);
		this.list = h("ul", { class: "list" });
		this.state = h("div", { class: "state", role: "status",
		    text: texts.t("tasks.loading") });
		this.count = h("p", { class: "count" });
		place.replaceChildren(h("section", {
		    class: compact ? "tasks compact" : "tasks" },
		    h("header", null, h(compact ? "h2" : "h1",
			{ text: words.t("nav.tasks") }), this.count),
		    this.#adder(), this.#tools(), this.state, this.list));
		this.store.addEventListener("change", () => this.#draw());
		this.store.addEventListener("failure", (event) => this.#failed(
		    /** @type {CustomEvent} */ (event).detail));
		this.store.addEventListener("well", () => this.#draw());
		this.store.refresh();
	}

	/** Something may have changed: look now. */
	refresh()
	{
		return this.store.refresh();
	}

	#adder()
	{
		/** @type {import("./task-edit.js").Fields | null} */
		let fields = null;
		const title = h("input", { type: "text", required: true,
		    maxlength: "500", dir: "auto", autocomplete: "off",
		    name: "title", placeholder: texts.t("tasks.add.hint"),
		    "aria-label": texts.t("tasks.add.hint") });
		const box = h("div", { class: "more", hidden: true });
		const more = h("button", { type: "button", class: "quiet",
		    "aria-expanded": "false", text: texts.t("tasks.details"),
		    on: { click: () => import("./task-edit.js").then(
		    ({ Fields }) => {
			if (!fields) {
				fields = new Fields(null, title);
				box.append(...fields.more);
			}
			box.hidden = !box.hidden;
			more.ariaExpanded = String(!box.hidden);
		}).catch(pageFailed) } });
		/** @type {HTMLFormElement} */
		const form = h("form", { class: "add", on: { submit: (
		    /** @type {Event} */ event) => {
			event.preventDefault();
			const wish = { ...fields?.changes(null),
			    title: title.value.trim() };
			if (!wish.title)
				return;
			form.reset();
			title.focus();
			this.store.add(wish).catch((error) => {
				title.value ||= wish.title;
				fields?.restore(wish);
				this.#say(texts.t("tasks.add.failed",
				    { title: wish.title }), error);
			});
		} } }, h("div", { class: "line" }, title, h("button",
		    { class: "main", text: texts.t("tasks.add") })), more, box);
		return form;
	}

	#tools()
	{
		const search = h("input", { type: "search", dir: "auto",
		    placeholder: texts.t("tasks.search"),
		    "aria-label": texts.t("tasks.search"), on: { input: () => {
			this.#search = search.value.trim().toLocaleLowerCase();
			this.#draw();
		} } });
		const order = h("select", {
		    "aria-label": texts.t("tasks.order"), on: { change: () => {
			this.#order = /** @type {any} */ (order.value);
			keep("tasks.order", order.value);
			this.#draw();
		} } }, ORDERS.map((name) => h("option", { value: name,
		    selected: name === this.#order,
		    text: texts.t(`tasks.order.${name}`) })));
		return h("div", { class: "tools" },
		    h("fieldset", { class: "choice" },
			h("legend", { class: "unseen",
			    text: texts.t("tasks.filter") }),
			FILTERS.map((name) => h("label", null,
			    h("input", { type: "radio", name: "filter",
				checked: name === this.#filter,
				on: { change: () => {
					this.#filter = name;
					this.#lingering.clear();
					this.#draw();
				} } }),
			    h("span",
				{ text: texts.t(`tasks.filter.${name}`) })))),
		    search, order);
	}

	/** @param {Task} task */
	#fits(task)
	{
		return (this.#filter === "all" ||
		    task.completed === (this.#filter === "done") ||
		    this.#lingering.has(task.id) ||
		    this.#rows.get(task.id)?.editor) &&
		    (!this.#search || `${task.title}\n${task.description}`
		    .toLocaleLowerCase().includes(this.#search));
	}

	#draw()
	{
		const all = this.store.list;
		const shown = all.filter((task) => this.#fits(task))
		    .sort(sorts[this.#order]);
		const open = all.filter((task) => !task.completed).length;
		const day = dayOf(new Date());
		const ids = new Set(shown.map((task) => task.id));
		const known = new Set(all.map((task) => task.id));
		const { activeElement } = document;
		let lost = -1, n = 0;

		for (const [id, { li, editor }] of this.#rows) {
			if (ids.has(id) || editor)
				continue;
			if (li.contains(activeElement))
				lost = [...this.list.children].indexOf(li);
			li.remove(); /* but kept: the filter may change */
			if (!known.has(id))
				this.#rows.delete(id);
		}
		for (const task of shown) {
			const row = this.#row(task, day);
			const there = this.list.children[n++] ?? null;
			if (there !== row.li)
				this.list.insertBefore(row.li, there);
		}
		if (activeElement instanceof HTMLElement &&
		    activeElement !== document.activeElement)
			(activeElement.isConnected ? activeElement :
			    this.list.children[Math.min(lost, n - 1)]
			    ?.querySelector("input") ?? this.#firstField())
			    ?.focus({ preventScroll: true });
		this.count.textContent = texts.t("tasks.count", { n: open });
		const empty = !this.store.loaded ? "tasks.loading" : n ? null :
		    !all.length ? "tasks.none" : this.#search ?
		    "tasks.none.found" : this.#filter === "done" ?
		    "tasks.none.done" : "tasks.none.open";
		const text = empty ? texts.t(empty) : this.#search ?
		    texts.t("tasks.found", { n }) : "";
		this.state.classList.toggle("empty", !n);
		if (this.state.textContent !== text)
			this.state.textContent = text;
	}

	/** @returns {HTMLElement | null} */
	#firstField()
	{
		return this.list.parentElement?.querySelector(".add input") ??
		    null;
	}

	/** The row of a task, as the task now is. @param {Task} task */
	#row(task, day = dayOf(new Date()))
	{
		let row = this.#rows.get(task.id);
		if (!row) {
			row = { li: h("li"), task, day: "", editor: null };
			this.#rows.set(task.id, row);
		}
		const names = /** @type {(keyof Task)[]} */ (Object.keys(task));
		const { task: before } = row;
		if (!row.editor && (row.day !== day ||
		    names.some((name) => task[name] !== before[name])))
			this.#fill(row, task);
		row.task = task;
		row.day = day;
		return row;
	}

	/** @param {Row} row @param {Task} task */
	#fill(row, task)
	{
		const { li } = row;
		const had = li.contains(document.activeElement) ?
		    document.activeElement?.getAttribute("data-do") : null;
		const waits = task.id < 0;
		const due = dueText(task.due_at);
		const late = !task.completed && task.due_at !== null &&
		    new Date(task.due_at) < new Date();

		li.className = task.completed ? "task done" : "task";
		li.ariaBusy = waits ? "true" : null;
		li.replaceChildren(
		    h("label", { class: "check" }, h("input", {
			type: "checkbox", checked: task.completed,
			disabled: waits, "data-do": "check",
			"aria-label": texts.t("tasks.finished",
			    { title: task.title }),
			on: { change: (/** @type {any} */ { target }) =>
			    this.#check(task, target.checked) } })),
		    h("div", { class: "what" },
			h("button", { type: "button", class: "title",
			    dir: "auto", disabled: waits, "data-do": "edit",
			    "aria-description": texts.t("tasks.edit"),
			    text: task.title, on: { click: () =>
			    this.#edit(row).catch(pageFailed) } }),
			task.description && h("p", { class: "about",
			    dir: "auto", text: task.description }),
			(due || task.priority !== "normal") &&
			h("p", { class: "facts" },
			    due && h("time", { class: late ? "late" : null,
				datetime: task.due_at, text: late ? texts.t(
				"tasks.due.late", { when: due }) : due }),
			    task.priority !== "normal" && h("span", {
				class: task.priority, text: texts.t(
				`tasks.priority.${task.priority}`) }))),
		    h("button", { type: "button", class: "icon",
			disabled: waits, "data-do": "delete",
			"aria-label": texts.t("tasks.delete",
			    { title: task.title }),
			on: { click: () => this.#delete(task) } },
			drawn("M5 7h14M10 11v6m4-6v6M9 7l.7-2.5h4.6L15 7" +
			"M7 7l.8 12h8.4L17 7")));
		if (had)
			/** @type {HTMLElement | null} */ (
			    li.querySelector(`[data-do="${had}"]`))?.focus();
	}

	/** @param {Task} task @param {boolean} completed */
	async #check(task, completed)
	{
		this.#lingering.add(task.id);
		try {
			await this.store.change(task.id, { completed });
			setTimeout(() => {
				this.#lingering.delete(task.id);
				this.#draw();
			}, LINGER);
		} catch (error) {
			this.#lingering.delete(task.id);
			this.#say(texts.t("tasks.change.failed",
			    { title: task.title }), error);
		}
	}

	/** @param {Row} row */
	async #edit(row)
	{
		const { Editor } = await import("./task-edit.js");
		const close = () => {
			row.editor = null;
			const task = this.store.list.find((t) =>
			    t.id === row.task.id);
			if (task)
				this.#fill(row, task);
			this.#draw();
			/** @type {HTMLElement} */ (row.li.querySelector(
			    '[data-do="edit"]') ?? this.#firstField())?.focus();
		};
		row.editor = new Editor(row.task, { close,
		    save: (change, from) => this.store.change(row.task.id,
			change, from) });
		row.li.className = "task";
		row.li.replaceChildren(row.editor.form);
		row.editor.fields.title.focus();
	}

	/** @param {Task} task */
	async #delete(task)
	{
		try {
			await this.store.remove(task.id);
			toast(texts.t("tasks.deleted", { title: task.title }),
			    { label: texts.t("tasks.undo"), act: async () => {
				try {
					await this.store.restore(task.id);
				} catch (error) {
					this.#say(texts.t("tasks.undo.failed",
					    { title: task.title }), error);
				}
			} });
		} catch (error) {
			this.#say(texts.t("tasks.delete.failed",
			    { title: task.title }), error);
		}
	}

	/** @param {string} what @param {unknown} error */
	#say(what, error)
	{
		if (error instanceof ApiError && error.kind === "unauthorized")
			pageFailed(error);
		else
			toast(`${what} ${sentence(error)}`);
	}

	/** The list could not be read; what is known stays.
	 * @param {unknown} error */
	#failed(error)
	{
		if (error instanceof ApiError &&
		    error.kind === "unauthorized") {
			if (!el("banner").hasChildNodes())
				pageFailed(error);
			this.state.textContent = "";
			return;
		}
		this.state.replaceChildren(h("span", { text: sentence(error) }),
		    h("button", { type: "button", text: words.t("page.retry"),
			on: { click: () => this.refresh() } }));
	}
}
