// @ts-check
// What the options may add to the composer: buttons, their menus, files, and
// the lists that "@" and "/" open.  Loaded when they ask for one of them.

import "./more.js";
import { insert, replace } from "./composer-text.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { grouped, openMenu } from "./menu.js";

/** @typedef {import("./composer.js").Composer} Composer */
/** @typedef {import("@openai/chatkit").Entity} Entity */
/** @typedef {import("@openai/chatkit").Command} Command */
/** @typedef {import("@openai/chatkit").ToolOption} ToolOption */

/** The composer's, one of them at most. */
export class Extras {
	/** The tool and the model that are chosen. @type {string | null} */
	tool = null;
	/** @type {string | undefined} */
	model;
	/** @type {Suggestions | null} */
	#suggestions = null;
	#drawn = "";

	/** @param {Composer} composer */
	constructor(composer)
	{
		this.composer = composer;
		const { field, host, signal } = composer;
		field.addEventListener("click", () => this.look());
		field.addEventListener("keyup", (e) => {
			if (/^(Arrow(Left|Right)|Home|End)$/.test(e.key))
				this.look();
		});
		field.addEventListener("blur", () => this.close());
		field.addEventListener("paste", (e) => {
			const { files, types } = e.clipboardData ?? {};
			// Office programs add a picture to the text.
			if (files?.length && this.attaches &&
			    !(types?.includes("text/plain") &&
			    types.includes("text/html"))) {
				e.preventDefault();
				const some = [...files];
				composer.use(composer.files(), (it) =>
				    it.add(some));
			}
		});
		host.shell.addEventListener("dragenter", (e) => {
			if (this.attaches &&
			    e.dataTransfer?.types.includes("Files"))
				composer.use(composer.files(), (it) =>
				    it.dropHere());
		}, { signal });
		this.update();
	}

	/** The options have changed, or what is chosen. */
	update()
	{
		const { composer: options = {}, entities } =
		    this.composer.host.options;
		const { tools = [], models = [] } = options;
		if (!tools.some((one) => one.id === this.tool))
			this.#pick(null);
		if (!models.some((one) => one.id === this.model &&
		    !one.disabled))
			this.model = (models.find((one) => one.default) ??
			    models.find((one) => !one.disabled))?.id;
		const drawn = JSON.stringify([options, Boolean(
		    entities?.onTagSearch && entities.showComposerMenu),
		    this.tool, this.model]);
		if (drawn !== this.#drawn) {
			this.#drawn = drawn;
			this.#draw();
			this.composer.refresh();
		}
	}

	/** Files may be attached. */
	get attaches()
	{
		const { composer } = this.composer.host.options;
		return composer?.attachments?.enabled === true;
	}

	/**
	 * What is left out stays as it is.
	 * @param {string | null} [tool] null: none
	 * @param {string} [model]
	 */
	choose(tool, model)
	{
		if (tool !== undefined)
			this.#pick(tool);
		this.model = model ?? this.model;
		this.update();
	}

	/** @param {string | null} id */
	#pick(id)
	{
		if (id === this.tool)
			return;
		this.tool = id;
		this.composer.host.emit("tool.change", { toolId: id });
	}

	get #chosen()
	{
		return this.composer.host.options.composer?.tools?.find((one) =>
		    one.id === this.tool);
	}

	/** What the chosen tool would have the field say. */
	get placeholder()
	{
		return this.#chosen?.placeholderOverride;
	}

	/** @returns {import("./wire.js").InferenceOptions} */
	inference()
	{
		return {
			...this.tool && { tool_choice: { id: this.tool } },
			...this.model && { model: this.model },
		};
	}

	/** A message went out with them. */
	sent()
	{
		if (!this.#chosen?.persistent)
			this.choose(null);
	}

	/** Is there an "@" or "/" at the caret that asks for a list? */
	look()
	{
		const { box, field, host, tagged } = this.composer;
		const { entities, commands } = host.options;
		const { selectionStart: at, selectionEnd, value } = field;
		const before = value.slice(0, at);
		const found = at !== selectionEnd ? null :
		    entities?.onTagSearch &&
		    /(?<=^|[\s([{"'])@(?<query>[^\n@]{0,40})$/.exec(before) ||
		    commands?.enabled &&
		    /(?<=^|\n)\/(?<query>[^\n/]{0,40})$/.exec(before) || null;
		if (found && !this.#suggestions) {
			this.#suggestions = new Suggestions(this);
			box.append(this.#suggestions.element);
		}
		this.#suggestions?.look(found && tagged?.has(found.index) ?
		    null : found);
	}

	/**
	 * @param {KeyboardEvent} e
	 * @returns {boolean} it was for the list
	 */
	key(e)
	{
		return this.#suggestions?.key(e) ?? false;
	}

	/**
	 * Close the list.
	 * @param {boolean} [stay] it is not to open again for this "@"
	 * @returns {boolean} it was open
	 */
	close(stay)
	{
		return this.#suggestions?.close(stay) ?? false;
	}

	chooseFiles()
	{
		const { composer } = this;
		composer.use(import("./composer-attachments.js"), (it) =>
		    it.chooseFiles(composer));
	}

	dictate()
	{
		const { composer } = this;
		composer.use(import("./composer-dictation.js"), (it) =>
		    void it.dictate(composer));
	}

	/** The row of buttons, all but its last, which sends. */
	#draw()
	{
		const { host, row, field } = this.composer;
		const { entities, composer: options = {} } = host.options;
		const { tools = [], models = [] } = options;
		const t = host.locale.t.bind(host.locale);
		const focused = /** @type {HTMLElement | null} */ (
		    row.querySelector("[data-key]:focus"));
		/** @type {(key: string, image: string, name: string,
		 *     click: () => void) => HTMLElement} */
		const button = (key, image, name, click) => h("button", {
			type: "button", class: "ck-icon-button", data: { key },
			"aria-label": name, title: name, on: { click },
		}, icon(image));

		const drawn = [];
		if (tools.some((tool) => !tool.pinned)) {
			const label = t("composer.add");
			const add = button("add", "plus", label, () =>
			    openMenu(add, this.#tools(), { host, label }));
			opens(add);
			drawn.push(add);
		} else if (this.attaches) {
			drawn.push(button("add", "plus", t("composer.attach"),
			    () => this.chooseFiles()));
		}
		if (entities?.onTagSearch && entities.showComposerMenu)
			drawn.push(button("at", "at", t("composer.mention"),
			    () => insert(this.composer, "@")));
		for (const tool of tools)
			if (tool.pinned || tool.id === this.tool)
				drawn.push(this.#toolButton(tool));
		drawn.push(h("span", { class: "ck-composer-gap" }));
		if (models.length > 0)
			drawn.push(this.#modelButton());
		if (options.dictation?.enabled)
			drawn.push(button("dictate", "mic",
			    t("composer.dictate"), () => this.dictate()));

		while (row.childElementCount > 1)
			row.firstElementChild?.remove();
		if (drawn.length > 1)
			row.prepend(...drawn);
		if (focused)
			(drawn.find((el) =>
			    el.dataset.key === focused.dataset.key) ??
			    field).focus();
	}

	/** @param {ToolOption} tool */
	#toolButton(tool)
	{
		const on = tool.id === this.tool;
		return h("button", {
			type: "button", data: { key: `tool-${tool.id}` },
			class: "ck-button ck-quiet ck-composer-tool",
			"aria-pressed": String(on), title: tool.label,
			on: { click: () => {
				this.choose(on ? null : tool.id);
				this.composer.focus();
			} },
		}, icon(tool.icon), h("span", { dir: "auto",
		    text: tool.shortLabel ?? tool.label }));
	}

	#modelButton()
	{
		const { host } = this.composer;
		const { locale } = host;
		const models = host.options.composer?.models ?? [];
		const title = locale.t("composer.choose_model");
		const label = models.find((one) => one.id === this.model)
		    ?.label ?? title;
		const button = h("button", {
			type: "button", data: { key: "model" },
			class: "ck-button ck-quiet ck-composer-model",
			"aria-label": locale.t("composer.model",
			    { name: label }),
			on: { click: () => openMenu(button, models.map((one) =>
			    ({
				label: one.label, description: one.description,
				disabled: one.disabled,
				checked: one.id === this.model,
				choose: () => this.choose(undefined, one.id),
			    })), { host, label: title }) },
		}, h("span", { dir: "auto", text: label }),
		icon("chevron-down"));
		opens(button);
		return button;
	}

	/** @returns {import("./menu.js").MenuItem[]} */
	#tools()
	{
		const { host } = this.composer;
		const t = host.locale.t.bind(host.locale);
		const tools = host.options.composer?.tools ?? [];
		const loose = tools.filter((tool) => !tool.pinned);
		const items = loose.map((tool) => {
			const checked = tool.id === this.tool;
			return {
				label: tool.label, icon: tool.icon, checked,
				group: this.attaches ? t("composer.tools") :
				    undefined,
				choose: () => {
					this.choose(checked ? null : tool.id);
					this.composer.focus();
				},
			};
		});
		return this.attaches ? [{ label: t("composer.attach"),
		    icon: "attach", choose: () => this.chooseFiles() },
		    ...items] : items;
	}
}

/** @param {HTMLElement} button */
function opens(button)
{
	button.setAttribute("aria-haspopup", "menu");
	button.setAttribute("aria-expanded", "false");
}

/**
 * @typedef {object} Suggestion
 * @property {string} label
 * @property {string} [description]
 * @property {string} [icon]
 * @property {string} [group]
 * @property {() => void} choose
 */

/**
 * The list that an "@" or "/" in the field opens.  The focus stays in the
 * field, which points at the active row.
 */
class Suggestions {
	element = h("div", { class: "ck-suggestions", role: "listbox",
	    id: "ck-suggestions", hidden: true });
	/** @type {Suggestion[]} */
	#items = [];
	/** @type {HTMLElement[]} */
	#rows = [];
	#active = 0;
	/** Where the "@" or "/" stands, and what was searched for last. */
	#from = -1;
	#asked = "";
	/** The person closed the list of this place. */
	#closedAt = -1;
	/** What a command opened instead of the commands.
	 * @type {Command[] | null} */
	#menu = null;
	/** Counts the searches: an answer to an older one is dropped. */
	#turn = 0;

	/** @param {Extras} extras */
	constructor(extras)
	{
		this.extras = extras;
		this.composer = extras.composer;
		this.element.addEventListener("pointerdown", (e) =>
		    e.preventDefault());
		const { field } = this.composer;
		field.setAttribute("aria-autocomplete", "list");
		field.setAttribute("aria-haspopup", "listbox");
	}

	/**
	 * The field has changed.
	 * @param {RegExpExecArray | null} found the "@" or "/" at the caret
	 * with the query behind it
	 */
	look(found)
	{
		if (!found) {
			this.#closedAt = -1;
			this.close();
			return;
		}
		const query = found.groups?.query ?? "";
		const asked = found[0][0] + query;
		if (found.index === this.#closedAt ||
		    found.index === this.#from && asked === this.#asked)
			return;
		if (found.index !== this.#from)
			this.#menu = null;
		this.#from = found.index;
		this.#asked = asked;
		void this.#search(asked[0], query);
	}

	/**
	 * @param {string} kind "@" or "/"
	 * @param {string} query
	 */
	async #search(kind, query)
	{
		const turn = ++this.#turn;
		const { host } = this.composer;
		try {
			const items = kind === "@" ?
			    await this.#entities(query) :
			    await this.#commands(query);
			if (turn === this.#turn)
				this.#show(items);
		} catch (error) {
			if (turn === this.#turn) {
				this.close();
				host.fail(error);
			}
		}
	}

	/**
	 * @param {string} query
	 * @returns {Promise<Suggestion[]>}
	 */
	async #entities(query)
	{
		const found = await this.composer.host.options.entities
		    ?.onTagSearch?.(query) ?? [];
		return found.map((entity) => ({
			label: entity.title, icon: entity.icon,
			group: entity.group,
			choose: () => this.#tag(entity),
		}));
	}

	/**
	 * @param {string} query
	 * @returns {Promise<Suggestion[]>}
	 */
	async #commands(query)
	{
		const { options } = this.composer.host;
		const wanted = query.trim().toLocaleLowerCase();
		const fits = (/** @type {{label: string}} */ one) =>
		    one.label.toLocaleLowerCase().includes(wanted);
		const found = this.#menu?.filter(fits) ??
		    await options.commands?.onSearch?.(query) ?? [];
		return [...found.map((command) => ({ ...command,
		    choose: () => void this.#run(command) })),
		    ...this.#menu ? [] : this.#own().filter(fits)];
	}

	/** What the composer can do by itself. @returns {Suggestion[]} */
	#own()
	{
		const { extras } = this;
		const { host } = this.composer;
		const { composer: options = {}, history } = host.options;
		const t = host.locale.t.bind(host.locale);
		/** @type {(label: string, icon: string,
		 *     choose: () => void) => Suggestion} */
		const own = (label, icon, choose) => ({ label, icon,
		    group: t("composer.actions"), choose: () => {
			this.#take("");
			choose();
		    } });
		return [
			...extras.attaches ? [own(t("composer.attach"),
			    "attach", () => extras.chooseFiles())] : [],
			...(options.tools ?? []).map((tool) => own(tool.label,
			    tool.icon, () => extras.choose(tool.id))),
			...options.dictation?.enabled ? [own(
			    t("composer.dictate"), "mic",
			    () => extras.dictate())] : [],
			own(t("log.new"), "compose",
			    () => void host.openThread(null)),
			...history?.enabled === false ? [] : [
				own(t("shortcut.search"), "search",
				    () => void host.showSearch()),
				own(t("log.history"), "history",
				    () => void host.showHistory()),
			],
		];
	}

	/** @param {Suggestion[]} items */
	#show(items)
	{
		this.#items = [];
		this.#rows = [];
		const nodes = grouped(items, (item) => item.group)
		    .flatMap(([name, list]) => {
			const rows = list.map((item) => this.#row(item));
			return name === undefined ? rows : h("div",
			    { role: "group", "aria-label": name },
			    h("div", { class: "ck-menu-group", dir: "auto",
				"aria-hidden": "true", text: name }), rows);
		    });
		this.element.replaceChildren(...nodes);
		if (items.length === 0) {
			this.#hide();
			return;
		}
		const { composer } = this;
		const { host, field } = composer;
		const t = host.locale.t.bind(host.locale);
		void host.style("panels.css");
		this.element.setAttribute("aria-label", this.#asked[0] === "@" ?
		    t("composer.mention") : t("composer.commands"));
		const top = composer.element.getBoundingClientRect().top -
		    host.shell.getBoundingClientRect().top - 16;
		this.element.style.setProperty("max-block-size",
		    `${Math.min(320, Math.max(120, top))}px`);
		if (this.element.hidden)
			host.announce(t("composer.found", { n: items.length }));
		this.element.hidden = false;
		field.setAttribute("aria-controls", this.element.id);
		this.#activate(0);
	}

	/** @param {Suggestion} item */
	#row(item)
	{
		const n = this.#items.push(item) - 1;
		const row = h("div", {
			class: "ck-menu-item", role: "option",
			id: `ck-suggestion-${n}`, "aria-selected": "false",
			on: {
				click: () => this.#choose(n),
				pointermove: () => this.#activate(n),
			},
		}, item.icon ? icon(item.icon) : null,
		h("span", { class: "ck-menu-text" },
		    h("span", { dir: "auto", text: item.label }),
		    item.description ? h("span", { class: "ck-menu-note",
			dir: "auto", text: item.description }) : null));
		this.#rows.push(row);
		return row;
	}

	/** @param {number} n */
	#activate(n)
	{
		this.#rows[this.#active]?.setAttribute("aria-selected",
		    "false");
		this.#active = (n + this.#rows.length) % this.#rows.length;
		const row = this.#rows[this.#active];
		row.setAttribute("aria-selected", "true");
		row.scrollIntoView({ block: "nearest" });
		this.composer.field.setAttribute("aria-activedescendant",
		    row.id);
	}

	/**
	 * @param {KeyboardEvent} e
	 * @returns {boolean} it was for the list
	 */
	key(e)
	{
		if (this.element.hidden || e.ctrlKey || e.altKey || e.metaKey)
			return false;
		if (e.key === "ArrowDown")
			this.#activate(this.#active + 1);
		else if (e.key === "ArrowUp")
			this.#activate(this.#active - 1);
		else if (!e.shiftKey && (e.key === "Enter" || e.key === "Tab"))
			this.#choose(this.#active);
		else
			return false;
		e.preventDefault();
		return true;
	}

	/** @param {number} n */
	#choose(n)
	{
		const item = this.#items[n];
		this.#hide();
		item.choose();
	}

	/**
	 * Put a text where "@" or "/" and the query stand.
	 * @param {string} text
	 * @returns {number} where it begins
	 */
	#take(text)
	{
		const from = this.#from;
		const to = from + this.#asked.length;
		this.#closedAt = from;
		this.close();
		replace(this.composer, from, to, text);
		return from;
	}

	/** @param {Entity} entity */
	#tag(entity)
	{
		const { composer } = this;
		composer.use(composer.tags(), (tags) => tags.add(
		    this.#take(`@${entity.title} `), {
			type: "input_tag", id: entity.id, text: entity.title,
			data: entity.data ?? {},
			...entity.group && { group: entity.group },
			interactive: entity.interactive ?? false,
		    }, entity));
	}

	/** @param {Command} command */
	async #run(command)
	{
		const { host } = this.composer;
		const turn = ++this.#turn;
		try {
			const next = await host.options.commands
			    ?.onSelect?.(command);
			if (turn !== this.#turn)
				return;
			if (next?.type === "entity") {
				this.#tag(next.entity);
			} else if (next?.type === "menu") {
				this.#menu = next.commands;
				replace(this.composer, this.#from + 1,
				    this.#from + this.#asked.length, "");
				this.#asked = "/";
				void this.#search("/", "");
			} else {
				this.#take("");
			}
		} catch (error) {
			this.close();
			host.fail(error);
		}
	}

	#hide()
	{
		this.element.hidden = true;
		for (const name of ["aria-controls", "aria-activedescendant"])
			this.composer.field.removeAttribute(name);
	}

	/**
	 * Close the list and forget what was searched for.
	 * @param {boolean} [stay] it is not to open again for this "@"
	 * @returns {boolean} it was open
	 */
	close(stay = false)
	{
		const open = !this.element.hidden;
		if (open && stay)
			this.#closedAt = this.#from;
		this.#turn++;
		this.#from = -1;
		this.#asked = "";
		this.#menu = null;
		this.#hide();
		return open;
	}
}
