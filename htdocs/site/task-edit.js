// @ts-check
// What a task says about itself, as fields: of a new one, and of a known one
// that is edited in its row.

import { h } from "../chatkit/dom.js";
import { sentence } from "./api.js";
import { LAST, dayOf, dueText, timeOf } from "./due.js";
import { Conflict } from "./store.js";
import { texts } from "./task-words.js";

/**
 * @typedef {import("./store.js").Task} Task
 * @typedef {import("./store.js").Change} Change
 */

const PRIORITIES = /** @type {const} */ (["high", "normal", "low"]);

/** @param {string} [value] */
export function titleField(value = "")
{
	return h("input", { type: "text", required: true, maxlength: "500",
	    dir: "auto", autocomplete: "off", name: "title", value });
}

/**
 * Two fields for when it is due, in the reader's zone.  value() is what to
 * send: the given one as it was unless it was changed.
 * @param {string | null} due
 */
function dueFields(due)
{
	const when = due ? new Date(due) : null;
	const start = { day: when ? dayOf(when) : "",
	    time: when && timeOf(when) !== LAST ? timeOf(when) : "" };
	const day = h("input", { type: "date", name: "due_day",
	    min: "1970-01-02", max: "2999-12-30", value: start.day });
	const time = h("input", { type: "time", name: "due_time",
	    value: start.time });

	/** A time without a day is meant for today. */
	time.addEventListener("change", () => {
		if (time.value && !day.value)
			day.value = dayOf(new Date());
	});
	return { day, time, set: (/** @type {string | null} */ to) => {
		day.value = to ? dayOf(new Date(to)) : "";
		time.value = to && timeOf(new Date(to)) !== LAST ?
		    timeOf(new Date(to)) : "";
	}, value: () => {
		if (day.value === start.day && time.value === start.time)
			return due;
		return day.value ? new Date(`${day.value}T${time.value ||
		    LAST}`).toISOString() : null;
	} };
}

/** @param {string} label @param {HTMLElement} control */
function field(label, control, more = "")
{
	return h("label", { class: `field ${more}` },
	    h("span", { text: label }), control);
}

/** What a task says about itself, to be filled in: new ones and known ones.
 * The title's field may be there already. */
export class Fields {
	/** @param {Task | null} task @param {HTMLInputElement} [title] */
	constructor(task, title = titleField(task?.title))
	{
		this.title = title;
		this.description = h("textarea", { rows: 3, maxlength: "5000",
		    dir: "auto", name: "description",
		    text: task?.description });
		this.due = dueFields(task?.due_at ?? null);
		this.priority = h("select", { name: "priority" },
		    PRIORITIES.map((name) => h("option", { value: name,
			selected: name === (task?.priority ?? "normal"),
			text: texts.t(`tasks.priority.${name}`) })));
	}

	/** All but the title. */
	get more()
	{
		return [
			field(texts.t("tasks.description"), this.description,
			    "wide"),
			field(texts.t("tasks.due.day"), this.due.day),
			field(texts.t("tasks.due.time"), this.due.time),
			field(texts.t("tasks.priority"), this.priority),
		];
	}

	/** Fill in again what could not be sent. @param {Change} wish */
	restore(wish)
	{
		this.description.value = wish.description ?? "";
		this.priority.value = wish.priority ?? "normal";
		this.due.set(wish.due_at ?? null);
	}

	/** What is filled in and differs. @param {Task | null} from */
	changes(from)
	{
		/** @type {Change} */
		const all = {
			title: this.title.value.trim(),
			description: this.description.value.trim(),
			due_at: this.due.value(),
			priority: /** @type {any} */ (this.priority.value),
		};
		for (const name of /** @type {(keyof Change)[]} */ (
		    Object.keys(all)))
			if (all[name] === (from ? from[name] :
			    name === "due_at" ? null : ""))
				delete all[name];
		return all;
	}
}

/** A task being edited, in its row. */
export class Editor {
	/** @type {Task | null} */
	#theirs = null;

	/**
	 * @param {Task} task
	 * @param {{save: (change: Change, from: Task) => Promise<unknown>,
	 *     close: () => void}} way
	 */
	constructor(task, way)
	{
		this.task = task;
		this.way = way;
		this.fields = new Fields(task);
		this.said = h("div", { class: "said", role: "alert" });
		this.form = h("form", { class: "editor", on: {
			submit: (/** @type {Event} */ event) => {
				event.preventDefault();
				this.#save();
			},
			keydown: (/** @type {KeyboardEvent} */ event) => {
				if (event.key === "Escape" &&
				    !event.isComposing)
					way.close();
			},
		} }, this.said, field(texts.t("tasks.title"),
		    this.fields.title, "wide"), this.fields.more,
		    h("p", { class: "ways" },
			h("button", { class: "main",
			    text: texts.t("tasks.save") }),
			h("button", { type: "button",
			    text: texts.t("tasks.cancel"),
			    on: { click: way.close } })));
	}

	async #save()
	{
		const from = this.#theirs ?? this.task;
		const change = this.fields.changes(from);
		this.said.replaceChildren();
		if (!Object.keys(change).length) {
			this.way.close();
			return;
		}
		try {
			await this.way.save(change, from);
			this.way.close();
		} catch (error) {
			if (error instanceof Conflict)
				this.#tell(error);
			else
				this.said.append(sentence(error));
		}
	}

	/** Show both versions. @param {Conflict} conflict */
	#tell({ theirs, mine })
	{
		const names = /** @type {const} */ (["title", "description",
		    "due_at", "priority"]);
		this.#theirs = theirs;
		this.said.replaceChildren(
		    h("p", { text: texts.t("tasks.conflict") }),
		    h("dl", null, names.filter((name) => name in mine &&
			mine[name] !== theirs[name]).map((name) => [
			h("dt", { text: texts.t(name === "due_at" ?
			    "tasks.due" : `tasks.${name}`) }),
			h("dd", { dir: "auto",
			    text: texts.t("tasks.conflict.theirs",
				{ text: said(name, theirs) }) }),
			h("dd", { dir: "auto",
			    text: texts.t("tasks.conflict.mine",
				{ text: said(name, mine) }) }),
		    ]).flat()),
		    h("p", { class: "ways" },
			h("button", { class: "main",
			    text: texts.t("tasks.conflict.keep") }),
			h("button", { type: "button",
			    text: texts.t("tasks.conflict.take"),
			    on: { click: this.way.close } })));
	}
}

/** @param {keyof Change} name @param {Change} of */
function said(name, of)
{
	const value = of[name];
	return name === "due_at" ? dueText(of.due_at ?? null) ||
	    texts.t("tasks.due.none") : name === "priority" ?
	    texts.t(`tasks.priority.${of.priority ?? "normal"}`) :
	    String(value);
}
