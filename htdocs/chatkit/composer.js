// @ts-check
// The composer: where the person writes.  What a plain message does not need
// (attachments, menus, tags, dictation, questions) is loaded when it is first
// used.

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./host.js").ComposerPart} ComposerPart */
/** @typedef {import("@openai/chatkit").UserMessageContent} Content */
/** @typedef {import("@openai/chatkit").Attachment} Attachment */

/**
 * What stands in the composer, as the outbox keeps it.  editing: the id of
 * the message that content is to replace, and under: what stood here before.
 *
 * @typedef {{content: Content[], attachments?: Attachment[],
 *     reply?: string, editing?: string, under?: Kept | null}} Kept
 */

const GROWS = CSS.supports("field-sizing", "content");
/** A draft is written down so many milliseconds after the last key. */
const SAVE_AFTER = 250;

/** @implements {ComposerPart} */
export class Composer {
	/** Goes below the log (or the start screen). */
	element = h("form", { class: "ck-composer" });
	field = h("textarea", { class: "ck-composer-field", rows: "1",
	    autocomplete: "off", "aria-describedby": "ck-composer-note" });
	#box = h("div", { class: "ck-composer-box" });
	/** What goes with the text: files, tags, what is edited or quoted. */
	above = h("div", { class: "ck-composer-above" });
	/** Its last child is the button that sends. */
	row = h("div", { class: "ck-composer-row" });
	#send = h("button", { class: "ck-composer-send", type: "button" });
	#note = h("p", { class: "ck-composer-note", id: "ck-composer-note" });
	#disclaimer = h("div", { class: "ck-composer-disclaimer" });
	#closed = h("p", { class: "ck-composer-closed", dir: "auto",
	    tabindex: "-1" });

	/** The thread whose draft this is. @type {string | null} */
	place = null;
	#reply = "";
	/** @type {{id: string, under: Kept | null} | null} */
	#editing = null;
	/** @type {string | null} */
	#tool = null;
	/** @type {string | undefined} */
	#model;
	/** @type {import("./composer-attachments.js").Files | null} */
	#files = null;
	/** @type {import("./composer-tags.js").Tags | null} */
	#tags = null;
	/** @type {import("./composer-menus.js").Suggestions | null} */
	#suggestions = null;
	/** @type {import("./composer-dictation.js").Dictation | null} */
	#dictation = null;
	/** @type {import("./composer-questions.js").Questions | null} */
	#questions = null;

	/** The field's text when it was last looked at. */
	#text = "";
	#hint = "";
	#counted = "";
	#drawn = "";
	/** An edit is on its way. */
	#busy = false;
	#timer = 0;
	#gone = new AbortController();
	#thread = new AbortController();

	/**
	 * Listens to the conversation ("state", "thread") by itself.
	 * @param {Host} host
	 */
	constructor(host)
	{
		this.host = host;
		const t = host.locale.t.bind(host.locale);
		this.field.setAttribute("aria-label", t("composer.label"));
		this.row.append(this.#send);
		this.#box.append(this.above, this.field, this.row);
		this.element.append(this.#closed, this.#box, this.#note,
		    this.#disclaimer);

		const signal = this.#gone.signal;
		this.#send.addEventListener("click", (e) => {
			if (!this.#stops())
				void this.#submit();
			else if (e.detail < 2)	// no double click's end
				void host.conversation.stop();
		});
		this.#box.addEventListener("pointerdown", (e) => {
			if (e.target === this.#box || e.target === this.row) {
				e.preventDefault();
				this.focus();
			}
		});
		const field = this.field;
		field.addEventListener("keydown", (e) => this.#key(e));
		field.addEventListener("input", () => this.changed());
		field.addEventListener("click", () => this.#look());
		field.addEventListener("keyup", (e) => {
			if (/^(Arrow(Left|Right)|Home|End)$/.test(e.key))
				this.#look();
		});
		field.addEventListener("blur", () =>
		    this.#suggestions?.close());
		field.addEventListener("paste", (e) => {
			const { files, types } = e.clipboardData ?? {};
			// Office programs add a picture to the text.
			if (files?.length && this.attaches &&
			    !(types?.includes("text/plain") &&
			    types.includes("text/html"))) {
				e.preventDefault();
				const some = [...files];
				this.use(this.#lazyFiles(), (it) =>
				    it.add(some));
			}
		});
		host.shell.addEventListener("ck-prompt", (e) => {
			this.#dispatch({
				content: /** @type {CustomEvent} */ (e).detail,
			}).catch((error) => host.fail(error));
		}, { signal });
		host.shell.addEventListener("dragenter", (e) => {
			if (this.attaches &&
			    e.dataTransfer?.types.includes("Files"))
				this.use(this.#lazyFiles(), (it) =>
				    it.dropHere());
		}, { signal });
		addEventListener("pagehide", () => this.#save(), { signal });
		document.addEventListener("visibilitychange", () => {
			if (document.hidden)
				this.#save();
		}, { signal });

		const conversation = host.conversation;
		conversation.addEventListener("state", () => this.#refresh(),
		    { signal });
		conversation.addEventListener("thread", (e) => this.#turn(
		    /** @type {CustomEvent} */ (e).detail.created), { signal });
		this.update();
		this.#turn(false);
	}

	/** The options have changed.  What was written stays. */
	update()
	{
		const { tools = [], models = [] } =
		    this.host.options.composer ?? {};
		if (!tools.some((tool) => tool.id === this.#tool))
			this.#pick(null);
		if (!models.some((one) => one.id === this.#model &&
		    !one.disabled))
			this.#model = (models.find((one) => one.default) ??
			    models.find((one) => !one.disabled))?.id;
		this.#draw();
		this.#refresh();
		this.#disclaim();
	}

	destroy()
	{
		this.#save();
		this.#gone.abort();
		this.#thread.abort();
		this.#dictation?.cancel();
		this.#files?.destroy();
		this.element.remove();
	}

	focus()
	{
		if (this.#questions)
			this.#questions.focus();
		else
			this.field.focus();
	}

	/**
	 * setComposerValue() of the element: only what is given changes.
	 * "reply" is shown above the field and sent as quoted_text.
	 * @param {import("./host.js").ComposerValue} value
	 * @returns {Promise<void>} when files that were given are uploaded
	 */
	async set(value)
	{
		if (value.content || value.text !== undefined)
			await this.#write(value.content ??
			    [{ type: "input_text", text: value.text ?? "" }]);
		if (value.reply !== undefined)
			this.#quote(value.reply);
		if (value.selectedToolId !== undefined)
			this.#pick(value.selectedToolId);
		if (value.selectedModelId !== undefined)
			this.#model = value.selectedModelId;
		this.update();
		if (value.attachments)
			(await this.#lazyFiles()).restore(value.attachments);
		if (value.files)
			await this.attach(value.files);
		this.#later();
	}

	/**
	 * Edit a message that was sent: its text comes into the composer, with
	 * a line saying so; Send sends the edit, Esc leaves it and brings back
	 * what was being written.
	 * @param {import("./wire.js").UserMessage} item
	 * @returns {Promise<void>}
	 */
	async edit(item)
	{
		const under = this.#editing ? this.#editing.under :
		    this.#kept();
		this.#later();
		await this.#show({ content: item.content, editing: item.id,
		    under });
		this.focus();
		this.field.setSelectionRange(this.#text.length,
		    this.#text.length);
	}

	/**
	 * Esc: close a list, end dictation, stop the answer, leave an edit.
	 * @returns {boolean} there was one of them
	 */
	escape()
	{
		const { conversation } = this.host;
		if (this.#suggestions?.close(true) || this.#dictation?.cancel())
			return true;
		if (conversation.canStop)
			void conversation.stop();
		else if (this.#editing)
			this.#leaveEdit();
		else
			return false;
		return true;
	}

	// What the parts of the composer that are loaded later call.

	/**
	 * Write text in the place of a piece of what is there, as if it were
	 * typed: it can be undone.  The caret stands behind it.
	 * @param {number} from
	 * @param {number} to
	 * @param {string} text
	 */
	replace(from, to, text)
	{
		this.field.focus();
		this.field.setSelectionRange(from, to);
		if (!document.execCommand(text ? "insertText" : "delete", false,
		    text))
			this.field.setRangeText(text, from, to, "end");
		if (this.field.value !== this.#text)
			this.changed();
	}

	/** @param {string} text goes in at the caret, apart from its words */
	insert(text)
	{
		const { selectionStart: from, selectionEnd: to, value } =
		    this.field;
		const before = /\S$/.test(value.slice(0, from)) ? " " : "";
		const after = /^\S/.test(value.slice(to)) ? " " : "";
		this.replace(from, to, before + text + after);
	}

	/**
	 * Upload files and attach them.
	 * @param {File[]} files
	 * @returns {Promise<void>} when they are there, or have failed
	 */
	async attach(files)
	{
		return (await this.#lazyFiles()).add(files);
	}

	/** Files may be attached. */
	get attaches()
	{
		const { composer } = this.host.options;
		return composer?.attachments?.enabled === true;
	}

	/** @param {string | null} id a tool's */
	chooseTool(id)
	{
		this.#pick(id);
		this.#draw();
		this.#refresh();
	}

	/** The tool that is chosen, and the model. */
	get chosen()
	{
		return { tool: this.#tool, model: this.#model };
	}

	/** @param {string} id a model's */
	chooseModel(id)
	{
		this.#model = id;
		this.#draw();
	}

	/**
	 * Put something in the place of the row of buttons.
	 * @param {import("./composer-dictation.js").Dictation | null} dictation
	 * null: the row is back
	 */
	take(dictation)
	{
		this.#dictation = dictation;
		if (dictation)
			this.row.before(dictation.element);
		this.row.hidden = dictation !== null;
	}

	/**
	 * Use a module that is not there at once; say it when it does not come.
	 * @template T
	 * @param {Promise<T>} module
	 * @param {(module: T) => void} use
	 */
	use(module, use)
	{
		module.then(use, (error) => {
			this.host.status(this.host.locale.t("log.module"));
			this.host.emit("error", { error });
		});
	}

	/**
	 * Say below the field why something cannot be; gone with the next key.
	 * @param {string} text
	 */
	say(text)
	{
		this.#hint = text;
		this.#refresh();
		if (text)
			this.host.announce(text);
	}

	/** Tags are needed from now on. */
	async tags()
	{
		if (!this.#tags) {
			const { Tags } = await import("./composer-tags.js");
			this.#tags ??= new Tags(this);
			this.above.append(this.#tags.element);
		}
		return this.#tags;
	}

	/** The field, or what goes with it, is another. */
	changed()
	{
		const text = this.field.value;
		if (text !== this.#text) {
			this.#tags?.edited(this.#text, text,
			    this.field.selectionEnd);
			this.#text = text;
			this.#hint = "";
			this.#look();
		}
		this.#refresh();
		this.#later();
	}

	// Writing.

	/** @param {KeyboardEvent} e */
	#key(e)
	{
		// 229: a key of an input method; Safari tells of the Enter that
		// ends a composition only after the composition.
		if (e.isComposing || e.keyCode === 229 ||
		    this.#suggestions?.key(e) || this.#tags?.key(e))
			return;
		const plain = !e.shiftKey && !e.altKey && !e.ctrlKey &&
		    !e.metaKey;
		if (e.key === "Enter" && (e.ctrlKey || e.metaKey || plain &&
		    !matchMedia("(pointer: coarse)").matches)) {
			e.preventDefault();
			void this.#submit();
		} else if (e.key === "ArrowUp" && plain && this.#empty() &&
		    !this.#editing && this.#editLast()) {
			e.preventDefault();
		}
	}

	#editLast()
	{
		const { conversation } = this.host;
		const last = conversation.thread.list().findLast((item) =>
		    item.type === "user_message");
		if (last?.type !== "user_message" || "local" in last ||
		    !conversation.canEdit || conversation.state !== "idle")
			return false;
		void this.edit(last);
		return true;
	}

	#leaveEdit()
	{
		const under = this.#editing?.under ?? null;
		void this.#show(under);
		this.#later();
		this.focus();
	}

	/** Is there an "@" or "/" at the caret that asks for a menu? */
	#look()
	{
		const { entities, commands } = this.host.options;
		const { selectionStart: at, selectionEnd, value } = this.field;
		const before = value.slice(0, at);
		const found = at !== selectionEnd ? null :
		    entities?.onTagSearch &&
		    /(?<=^|[\s([{"'])@(?<query>[^\n@]{0,40})$/.exec(before) ||
		    commands?.enabled &&
		    /(?<=^|\n)\/(?<query>[^\n/]{0,40})$/.exec(before) || null;
		if (this.#suggestions)
			this.#suggestions.look(found &&
			    this.#tags?.has(found.index) ? null : found);
		else if (found)
			this.use(import("./composer-menus.js"), (menus) => {
				if (!this.#suggestions) {
					this.#suggestions =
					    new menus.Suggestions(this);
					this.#box.append(
					    this.#suggestions.element);
				}
				if (this.field.matches(":focus"))
					this.#look();
			});
	}

	/** @param {Content[]} content */
	async #write(content)
	{
		if (this.#tags || content.some((p) => p.type === "input_tag")) {
			const place = this.place;
			const tags = await this.tags();
			if (place !== this.place)
				return;
			this.#text = this.field.value = tags.load(content);
		} else {
			this.#text = this.field.value =
			    content.map((part) => part.text).join("");
		}
		this.#hint = "";
		this.#suggestions?.close();
		this.#refresh();
	}

	/** @returns {Content[]} */
	#content()
	{
		const text = this.field.value.trim();
		return this.#tags ? this.#tags.content(this.field.value) :
		    text ? [{ type: "input_text", text }] : [];
	}

	#empty()
	{
		return !this.field.value.trim() && !this.#files?.count;
	}

	// The draft: what is written here and not sent.

	/** @returns {Kept | null} */
	#kept()
	{
		const files = this.#files?.list() ?? [];
		const editing = this.#editing;
		const content = this.#content();
		return content.length + files.length === 0 && !this.#reply &&
		    !editing ? null : {
			content,
			...files.length > 0 && { attachments: files },
			...this.#reply && { reply: this.#reply },
			...editing && { editing: editing.id,
			    under: editing.under },
		};
	}

	/** @param {Kept | null} kept */
	#show(kept)
	{
		this.#editing = kept?.editing ?
		    { id: kept.editing, under: kept.under ?? null } : null;
		const { place } = this;
		const written = this.#write(kept?.content ?? []);
		this.#quote(kept?.reply ?? "");
		if (kept?.attachments?.length && !this.#files?.count)
			this.use(this.#lazyFiles(), (files) => {
				if (place === this.place)
					files.restore(kept.attachments ?? []);
			});
		this.#drawAbout();
		this.#refresh();
		return written;
	}

	#later()
	{
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#save(), SAVE_AFTER);
	}

	#save()
	{
		if (this.#timer) {
			clearTimeout(this.#timer);
			this.#timer = 0;
			this.host.conversation.outbox.keepDraft(this.place,
			    this.#kept());
		}
	}

	/**
	 * Another thread is open, or, created, this one has got its id.
	 * @param {boolean} created
	 */
	#turn(created)
	{
		const { conversation } = this.host;
		const { thread, outbox } = conversation;
		if (created) {
			this.#files?.move(thread.id);
			outbox.keepDraft(this.place, null);
			this.place = thread.id;
			outbox.keepDraft(this.place, this.#kept());
		} else {
			this.#save();
			this.#dictation?.cancel();
			this.place = thread.id;
			this.#files?.show();
			void this.#show(/** @type {Kept | null} */ (
			    outbox.draft(this.place)));
		}
		this.#thread.abort();
		this.#thread = new AbortController();
		const signal = this.#thread.signal;
		thread.addEventListener("item", (e) => {
			if (/** @type {CustomEvent} */ (e).detail.change !==
			    "updated")
				this.#ask();
		}, { signal });
		thread.addEventListener("thread", () => this.#refresh(),
		    { signal });
		this.#ask();
	}

	// Sending.

	#stops()
	{
		return this.host.conversation.canStop && !this.#editing;
	}

	/** Why this cannot be sent, "" if it can. */
	#whyNot()
	{
		const t = this.host.locale.t.bind(this.host.locale);
		const files = this.#files;
		if (this.#status().type !== "active")
			return t("composer.locked");
		if (files?.pending)
			return t("composer.uploading");
		if (files?.failed)
			return t("composer.upload_failed");
		if (this.#empty())
			return t("composer.empty");
		return this.#room() < 0 ? t("composer.too_long",
		    { n: -this.#room() }) : "";
	}

	/** Characters that still fit; as the server counts them. */
	#room()
	{
		const max = this.host.options.taskchat?.messageMax ?? Infinity;
		const text = this.field.value.trim();
		return text.length < max / 2 ? Infinity :
		    max - [...text].length;
	}

	#status()
	{
		return this.host.conversation.thread.data?.status ??
		    { type: /** @type {const} */ ("active") };
	}

	async #submit()
	{
		const why = this.#whyNot();
		if (why || this.#busy) {
			this.say(why);
			this.focus();
			return;
		}
		if (this.#editing) {
			await this.#sendEdit(this.#editing.id);
			return;
		}
		const { conversation } = this.host;
		const kept = /** @type {Kept} */ (this.#kept());
		const thread = conversation.thread;
		const sent = this.#dispatch(kept);
		this.#files?.clear();
		void this.#show(null);
		this.#later();
		try {
			await sent;
		} catch (error) {
			if (conversation.thread === thread && this.#empty()) {
				void this.#show(kept);
				this.#later();
			}
			this.host.fail(error);
		}
	}

	/**
	 * Send it with the tool and model that are chosen.
	 * @param {Kept} kept
	 */
	#dispatch(kept)
	{
		const { conversation, options } = this.host;
		const sent = conversation.send({
			content: kept.content,
			attachments: kept.attachments ?? [],
			...kept.reply && { quoted_text: kept.reply },
			inference_options: {
				...this.#tool &&
				    { tool_choice: { id: this.#tool } },
				...this.#model && { model: this.#model },
			},
		});
		if (!options.composer?.tools?.find((tool) =>
		    tool.id === this.#tool)?.persistent)
			this.chooseTool(null);
		return sent;
	}

	/** @param {string} id */
	async #sendEdit(id)
	{
		const { conversation } = this.host;
		const thread = conversation.thread;
		this.#busy = true;
		this.#refresh();
		try {
			await conversation.edit(id, this.#content());
			if (conversation.thread === thread)
				this.#leaveEdit();
		} catch (error) {
			this.host.fail(error);
		} finally {
			this.#busy = false;
			this.#refresh();
		}
	}

	/** A question that is open takes the place of the field. */
	#ask()
	{
		const { thread } = this.host.conversation;
		const item = thread.list().findLast((one) =>
		    one.type !== "end_of_turn");
		const open = item?.type === "structured_input" &&
		    item.status === "pending" ? item : null;
		if (this.#questions?.item.id === open?.id)
			return;
		if (!open) {
			this.#put(null);
			return;
		}
		this.use(import("./composer-questions.js"), (it) => {
			if (this.host.conversation.thread !== thread ||
			    this.#questions?.item.id === open.id)
				return;
			this.#put(new it.Questions(this.host, open));
			this.host.announce(open.inputs[0]?.question ?? "");
			this.#ask();	// it may be over by now
		});
	}

	/**
	 * The focus goes along.
	 * @param {import("./composer-questions.js").Questions | null} questions
	 */
	#put(questions)
	{
		const focused = this.element.contains(
		    this.host.root.activeElement);
		this.#questions?.element.remove();
		this.#questions = questions;
		if (questions)
			this.#box.before(questions.element);
		this.#refresh();
		if (focused)
			this.focus();
	}

	// Drawing.

	#refresh()
	{
		const { locale, options, conversation } = this.host;
		const t = locale.t.bind(locale);
		const status = this.#status();
		const reason = "reason" in status ? status.reason : undefined;
		const closed = status.type === "closed";
		const active = status.type === "active";
		if (closed && this.#box.contains(this.host.root.activeElement))
			queueMicrotask(() => this.#closed.focus());
		this.#closed.hidden = !closed;
		this.#closed.textContent = reason ?? t("composer.closed");
		this.#box.hidden = closed || this.#questions !== null;

		const field = this.field;
		const tool = options.composer?.tools?.find((one) =>
		    one.id === this.#tool);
		// not disabled: it keeps the focus, and who tries is told why
		field.readOnly = !active || this.#busy;
		field.setAttribute("aria-disabled", String(!active));
		field.placeholder = !active ? reason ?? t("composer.locked") :
		    tool?.placeholderOverride ??
		    options.composer?.placeholder ?? t("composer.placeholder");
		field.dir = field.value ? "auto" : locale.direction;
		field.enterKeyHint = matchMedia("(pointer: coarse)").matches ?
		    "enter" : "send";
		if (!GROWS) {
			field.style.setProperty("block-size", "auto");
			field.style.setProperty("block-size",
			    `${field.scrollHeight}px`);
		}

		const room = this.#room();
		const over = active && room < 0;
		field.setAttribute("aria-invalid", String(over));
		const max = options.taskchat?.messageMax ?? Infinity;
		const counter = over ? t("composer.too_long", { n: -room }) :
		    room < Math.max(50, max / 10) && room < max ?
		    t("composer.room", { n: room }) : "";
		// Said once as the end comes near and once as it is passed.
		const stage = over ? "over" : counter ? "near" : "";
		if (stage && stage !== this.#counted)
			this.host.announce(counter);
		this.#counted = stage;
		this.#note.textContent = !active && field.value && reason ||
		    this.#hint || counter;
		this.#note.classList.toggle("ck-bad", over);

		const stop = this.#stops();
		const stopping = conversation.state === "stopping";
		const name = stop ? stopping ? t("state.stopping") :
		    t("composer.stop") : this.#editing ?
		    t("composer.save") : t("composer.send");
		if (this.#send.title !== name) {
			this.#send.setAttribute("aria-label", name);
			this.#send.title = name;
			this.#send.replaceChildren(
			    icon(stop ? "stop" : "arrow-up"));
			this.#send.classList.toggle("ck-stop", stop);
		}
		this.#send.setAttribute("aria-disabled", String(stop ?
		    stopping : this.#busy || this.#whyNot() !== ""));
	}

	/** @param {string} text */
	#quote(text)
	{
		this.#reply = text;
		this.#drawAbout();
	}

	/** The lines of what is edited or quoted, above the field. */
	#drawAbout()
	{
		if (this.#reply || this.#editing || this.above.firstChild)
			this.use(import("./composer-parts.js"), (parts) =>
			    parts.drawAbout(this, this.#editing &&
			    (() => this.#leaveEdit()), this.#reply, () => {
				this.#quote("");
				this.#later();
			    }));
	}

	/** @param {string | null} id */
	#pick(id)
	{
		if (id === this.#tool)
			return;
		this.#tool = id;
		this.host.emit("tool.change", { toolId: id });
	}

	/** The row of buttons; nothing happens while it stays the same. */
	#draw()
	{
		const { composer = {}, entities } = this.host.options;
		const at = entities?.onTagSearch && entities.showComposerMenu;
		const drawn = at || this.attaches ||
		    composer.dictation?.enabled || composer.tools?.length ||
		    composer.models?.length ? JSON.stringify([Boolean(at),
		    composer, this.#tool, this.#model]) : "";
		if (drawn === this.#drawn)
			return;
		this.#drawn = drawn;
		this.use(import("./composer-menus.js"), (menus) =>
		    menus.drawRow(this));
	}

	#disclaim()
	{
		const { disclaimer } = this.host.options;
		this.#disclaimer.hidden = !disclaimer?.text;
		if (disclaimer?.text)
			this.use(import("./composer-parts.js"), (parts) =>
			    parts.drawDisclaimer(this.host, this.#disclaimer,
			    disclaimer));
	}

	async #lazyFiles()
	{
		const { Files } = await import("./composer-attachments.js");
		return this.#files ??= new Files(this);
	}
}
