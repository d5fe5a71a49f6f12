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
	box = h("div", { class: "ck-composer-box" });
	/** What goes with the text: files, tags, what is edited or quoted. */
	above = h("div", { class: "ck-composer-above" });
	/** Its last child is the button that sends. */
	row = h("div", { class: "ck-composer-row" });
	#send = h("button", { class: "ck-composer-send", type: "button" });
	#note = h("p", { class: "ck-composer-note", id: "ck-composer-note" });
	#disclaimer = h("div", { class: "ck-composer-disclaimer" });
	#closed = h("p", { class: "ck-composer-closed", dir: "auto",
	    tabindex: "-1" });

	/** The thread whose draft this is; not set before the first.
	 * @type {string | null} */
	place = /** @type {any} */ (undefined);
	#reply = "";
	/** @type {{id: string, under: Kept | null} | null} */
	#editing = null;
	/** @type {import("./composer-attachments.js").Files | null} */
	#files = null;
	/** @type {import("./composer-tags.js").Tags | null} */
	tagged = null;
	/** @type {import("./composer-menus.js").Extras | null} */
	#extras = null;
	/** @type {import("./composer-dictation.js").Dictation | null} */
	dictation = null;
	/** @type {import("./composer-questions.js").Questions | null} */
	questions = null;

	/** The field's text when it was last looked at. */
	#text = "";
	#hint = "";
	#counted = "";
	/** An edit is on its way. */
	#busy = false;
	#timer = 0;
	#gone = new AbortController();
	/** Aborted when the composer goes. */
	signal = this.#gone.signal;
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
		this.box.append(this.above, this.field, this.row);
		this.element.append(this.#closed, this.box, this.#note,
		    this.#disclaimer);

		const { signal } = this;
		this.#send.addEventListener("click", (e) => {
			if (!this.#stops())
				void this.#submit();
			else if (e.detail < 2)	// no double click's end
				void host.conversation.stop();
		});
		this.box.addEventListener("pointerdown", (e) => {
			if (e.target === this.box || e.target === this.row) {
				e.preventDefault();
				this.focus();
			}
		});
		const field = this.field;
		field.addEventListener("keydown", (e) => this.#key(e));
		field.addEventListener("input", () => this.changed());
		host.shell.addEventListener("ck-prompt", (e) => {
			this.#dispatch({
				content: /** @type {CustomEvent} */ (e).detail,
			}).catch((error) => host.fail(error));
		}, { signal });
		addEventListener("pagehide", () => this.#save(), { signal });
		document.addEventListener("visibilitychange", () => {
			if (document.hidden)
				this.#save();
		}, { signal });

		const conversation = host.conversation;
		conversation.addEventListener("state", () => this.refresh(),
		    { signal });
		conversation.addEventListener("thread", (e) => this.#turn(
		    /** @type {CustomEvent} */ (e).detail.created), { signal });
		this.update();
		this.#turn(false);
	}

	/** The options have changed.  What was written stays. */
	update()
	{
		const { composer = {}, entities, commands } = this.host.options;
		if (this.#extras)
			this.#extras.update();
		else if (composer.attachments?.enabled ||
		    composer.tools?.length || composer.models?.length ||
		    composer.dictation?.enabled || entities?.onTagSearch ||
		    commands?.enabled)
			this.use(this.#more(), () => {});
		this.refresh();
		this.#disclaim();
	}

	destroy()
	{
		this.#save();
		this.#gone.abort();
		this.#thread.abort();
		this.dictation?.cancel();
		this.#files?.destroy();
		this.element.remove();
	}

	focus()
	{
		if (this.questions)
			this.questions.focus();
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
		if (value.selectedToolId !== undefined ||
		    value.selectedModelId !== undefined)
			(await this.#more()).choose(value.selectedToolId,
			    value.selectedModelId);
		if (value.attachments)
			(await this.files()).restore(value.attachments);
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
		if (this.#extras?.close(true) || this.dictation?.cancel())
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
	 * Upload files and attach them.
	 * @param {File[]} files
	 * @returns {Promise<void>} when they are there, or have failed
	 */
	async attach(files)
	{
		return (await this.files()).add(files);
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
		this.refresh();
		if (text)
			this.host.announce(text);
	}

	/** Tags are needed from now on. */
	async tags()
	{
		if (!this.tagged) {
			const { Tags } = await import("./composer-tags.js");
			this.tagged ??= new Tags(this);
			this.above.append(this.tagged.element);
		}
		return this.tagged;
	}

	/** The field, or what goes with it, is another. */
	changed()
	{
		const text = this.field.value;
		if (text !== this.#text) {
			this.tagged?.edited(this.#text, text,
			    this.field.selectionEnd);
			this.#text = text;
			this.#hint = "";
			this.#extras?.look();
		}
		this.refresh();
		this.#later();
	}

	// Writing.

	/** @param {KeyboardEvent} e */
	#key(e)
	{
		// 229: a key of an input method; Safari tells of the Enter that
		// ends a composition only after the composition.
		if (e.isComposing || e.keyCode === 229 ||
		    this.#extras?.key(e) || this.tagged?.key(e))
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

	/** @param {Content[]} content */
	async #write(content)
	{
		if (this.tagged ||
		    content.some((part) => part.type === "input_tag")) {
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
		this.#extras?.close();
		this.refresh();
	}

	/** @returns {Content[]} */
	#content()
	{
		const text = this.field.value.trim();
		return this.tagged ? this.tagged.content(this.field.value) :
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
			this.use(this.files(), (files) => {
				if (place === this.place)
					files.restore(kept.attachments ?? []);
			});
		this.#drawAbout();
		this.refresh();
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
			this.host.conversation.shelf.keepDraft(this.place,
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
		const { thread, shelf } = conversation;
		if (created) {
			this.#files?.move(thread.id);
			shelf.keepDraft(this.place, null);
			this.place = thread.id;
			shelf.keepDraft(this.place, this.#kept());
		} else if (thread.id !== this.place) {
			this.#save();
			this.dictation?.cancel();
			this.place = thread.id;
			this.#files?.show();
			void this.#show(/** @type {Kept | null} */ (
			    shelf.draft(this.place)));
		}
		this.#thread.abort();
		this.#thread = new AbortController();
		const signal = this.#thread.signal;
		thread.addEventListener("item", (e) => {
			if (/** @type {CustomEvent} */ (e).detail.change !==
			    "updated")
				this.#ask();
		}, { signal });
		thread.addEventListener("thread", () => this.refresh(),
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
		const sent = this.host.conversation.send({
			content: kept.content,
			attachments: kept.attachments ?? [],
			...kept.reply && { quoted_text: kept.reply },
			inference_options: this.#extras?.inference() ?? {},
		});
		this.#extras?.sent();
		return sent;
	}

	/** @param {string} id */
	async #sendEdit(id)
	{
		const { conversation } = this.host;
		const thread = conversation.thread;
		this.#busy = true;
		this.refresh();
		try {
			await conversation.edit(id, this.#content());
			if (conversation.thread === thread)
				this.#leaveEdit();
		} catch (error) {
			this.host.fail(error);
		} finally {
			this.#busy = false;
			this.refresh();
		}
	}

	/** A question that is open takes the place of the field. */
	#ask()
	{
		const { thread } = this.host.conversation;
		const last = thread.list().findLast((one) =>
		    one.type !== "end_of_turn");
		if (this.questions || last?.type === "structured_input")
			this.use(import("./composer-questions.js"), (it) =>
			    it.ask(this));
	}

	// Drawing.

	refresh()
	{
		const { locale, options, conversation } = this.host;
		const t = locale.t.bind(locale);
		const status = this.#status();
		const reason = "reason" in status ? status.reason : undefined;
		const closed = status.type === "closed";
		const active = status.type === "active";
		if (closed && this.box.contains(this.host.root.activeElement))
			queueMicrotask(() => this.#closed.focus());
		this.#closed.hidden = !closed;
		this.#closed.textContent = reason ?? t("composer.closed");
		this.box.hidden = closed || this.questions !== null;

		const field = this.field;
		// not disabled: it keeps the focus, and who tries is told why
		field.readOnly = !active || this.#busy;
		field.setAttribute("aria-disabled", String(!active));
		field.placeholder = !active ? reason ?? t("composer.locked") :
		    this.#extras?.placeholder ??
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

	#disclaim()
	{
		const { disclaimer } = this.host.options;
		this.#disclaimer.hidden = !disclaimer?.text;
		if (disclaimer?.text)
			this.use(import("./composer-parts.js"), (parts) =>
			    parts.drawDisclaimer(this.host, this.#disclaimer,
			    disclaimer));
	}

	async #more()
	{
		const { Extras } = await import("./composer-menus.js");
		return this.#extras ??= new Extras(this);
	}

	/** What takes files, from now on. */
	async files()
	{
		const { Files } = await import("./composer-attachments.js");
		return this.#files ??= new Files(this);
	}
}
