// @ts-check
// Files in the composer: chosen, dropped or pasted, checked, uploaded, shown
// as chips.  Loaded with the first file.

import "./more.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./composer.js").Composer} Composer */
/** @typedef {import("@openai/chatkit").Attachment} Attachment */
/**
 * attachment: it is there, or (two phases) it is known and its bytes are on
 * their way.
 * @typedef {{name: string, file?: File, attachment?: Attachment,
 *     state: "uploading" | "done" | "failed", abort: AbortController,
 *     element: HTMLLIElement, done: number, preview?: string}} Entry
 */
/** @typedef {{url: string, method: string,
 *     headers?: Record<string, string>}} Target */

const MAX_SIZE = 100 * 1024 * 1024;
const MAX_COUNT = 10;

/**
 * Let the person choose files.
 * @param {Composer} composer
 */
export function chooseFiles(composer)
{
	const accept = composer.host.options.composer?.attachments?.accept;
	const input = h("input", { type: "file", multiple: true,
	    accept: accept ? [...Object.keys(accept),
		...Object.values(accept).flat()].join(",") : null });
	input.addEventListener("change", () => {
		void composer.attach([...input.files ?? []]);
		composer.focus();
	});
	input.click();
}

/** The files of every draft: uploads go on while another thread is open. */
export class Files {
	/** By thread. @type {Map<string | null, Attachments>} */
	#all = new Map();

	/** @param {Composer} composer */
	constructor(composer)
	{
		this.composer = composer;
	}

	get #here()
	{
		return this.#all.get(this.composer.place);
	}

	get count()
	{
		return this.#here?.count ?? 0;
	}

	/** Some are still on their way. */
	get pending()
	{
		return this.#here?.pending ?? false;
	}

	/** Some could not be uploaded. */
	get failed()
	{
		return this.#here?.failed ?? false;
	}

	/** Those that are there. */
	list()
	{
		return this.#here?.list() ?? [];
	}

	/**
	 * Check files and upload those that may be; what is wrong with the
	 * others the composer says.
	 * @param {File[]} files
	 * @returns {Promise<void>} when they are there or have failed
	 */
	add(files)
	{
		return this.#begin().add(files);
	}

	/**
	 * Attach what was uploaded before, in the place of what is here.
	 * @param {Attachment[]} attachments
	 */
	restore(attachments)
	{
		this.#begin().restore(attachments);
	}

	/** They are sent: forget them. */
	clear()
	{
		this.#here?.clear();
	}

	/** Show those of the thread that is open now. */
	show()
	{
		const here = this.#here;
		for (const files of this.#all.values())
			if (files !== here)
				files.element.remove();
		if (here && here.count > 0 && !here.element.isConnected)
			this.composer.above.append(here.element);
	}

	/** The new thread has got its id. @param {string | null} id */
	move(id)
	{
		const files = this.#here;
		this.#all.delete(this.composer.place);
		if (files)
			this.#all.set(id, files);
	}

	destroy()
	{
		for (const files of this.#all.values())
			files.clear();
	}

	#begin()
	{
		const { composer } = this;
		const files = this.#here ?? new Attachments(composer.host, {
			changed: () => this.#changed(files),
			say: (text) => {
				if (files === this.#here)
					composer.say(text);
			},
		});
		this.#all.set(composer.place, files);
		return files;
	}

	/** @param {Attachments} files maybe of a thread that is not open now */
	#changed(files)
	{
		if (files === this.#here) {
			this.show();
			this.composer.changed();
			return;
		}
		const { shelf } = this.composer.host.conversation;
		for (const [place, some] of this.#all)
			if (some === files)
				shelf.keepDraft(place, { content: [],
				    ...shelf.draft(place),
				    attachments: files.list() });
	}

	/** Files are being dragged over the element: show where they go. */
	dropHere()
	{
		const { composer } = this;
		const { shell, locale } = composer.host;
		if (shell.querySelector(":scope > .ck-drop"))
			return;
		const sheet = h("div", { class: "ck-drop" }, h("p", null,
		    icon("attach"), locale.t("composer.drop")));
		const gone = new AbortController();
		const over = () => {
			gone.abort();
			sheet.remove();
		};
		/** @type {(type: string,
		 *     act: (e: DragEvent) => void) => void} */
		const on = (type, act) => shell.addEventListener(type, (e) => {
			e.preventDefault();
			act(/** @type {DragEvent} */ (e));
		}, { signal: gone.signal });
		on("dragover", (e) => {
			if (e.dataTransfer)
				e.dataTransfer.dropEffect = "copy";
		});
		on("dragleave", (e) => {
			// Safari does not say where to: see where it is.
			const box = shell.getBoundingClientRect();
			if (e.clientX <= box.left || e.clientX >= box.right ||
			    e.clientY <= box.top || e.clientY >= box.bottom)
				over();
		});
		on("drop", (e) => {
			over();
			void composer.attach([...e.dataTransfer?.files ?? []]);
			composer.focus();
		});
		addEventListener("dragend", over, { signal: gone.signal });
		void composer.host.style("panels.css");
		shell.append(sheet);
	}
}

/** The files of one draft. */
class Attachments {
	element = h("ul", { class: "ck-attached" });
	/** @type {Entry[]} */
	#entries = [];

	/**
	 * @param {Host} host
	 * @param {{changed: () => void, say: (text: string) => void}} tell
	 * changed: the list or the state of one is another; say: why a file is
	 * not taken
	 */
	constructor(host, tell)
	{
		this.host = host;
		this.tell = tell;
		void host.style("panels.css");
		this.element.setAttribute("aria-label",
		    host.locale.t("composer.files"));
	}

	get count()
	{
		return this.#entries.length;
	}

	/** Some are still on their way. */
	get pending()
	{
		return this.#entries.some((one) => one.state === "uploading");
	}

	get failed()
	{
		return this.#entries.some((one) => one.state === "failed");
	}

	/** Those that are there. */
	list()
	{
		return this.#entries.flatMap((one) =>
		    one.state === "done" && one.attachment ?
		    [one.attachment] : []);
	}

	/**
	 * Check files and upload those that may be.
	 * @param {File[]} files
	 * @returns {Promise<void>} when they are there or have failed; tell.say
	 * says why
	 */
	async add(files)
	{
		const begun = [];
		for (const file of files) {
			const why = this.#refuses(file);
			if (why) {
				this.tell.say(why);
				continue;
			}
			const entry = this.#enter({ name: file.name, file,
			    state: "uploading" });
			begun.push(this.#upload(entry, file));
		}
		this.tell.changed();
		await Promise.all(begun);
	}

	/**
	 * Attach what was uploaded before, in the place of what is here.
	 * @param {Attachment[]} attachments
	 */
	restore(attachments)
	{
		this.clear();
		for (const attachment of attachments)
			this.#enter({ name: attachment.name, attachment,
			    state: "done" });
		this.tell.changed();
	}

	/** They are sent: forget them. */
	clear()
	{
		for (const entry of this.#entries)
			this.#forget(entry);
		this.#entries = [];
		this.element.remove();
	}

	/**
	 * Why a file cannot be attached, "" if it can.
	 * @param {File} file
	 */
	#refuses(file)
	{
		const { locale, options } = this.host;
		const limits = options.composer?.attachments;
		const name = file.name;
		const count = limits?.maxCount ?? MAX_COUNT;
		if (this.#entries.length >= count)
			return locale.t("composer.too_many_files",
			    { n: count });
		const accept = limits?.accept;
		if (accept && !accepts(accept, file))
			return locale.t("composer.wrong_type", { name,
			    types: typesOf(accept) });
		if (file.size === 0)
			return locale.t("composer.empty_file", { name });
		const size = sizeFor(limits?.maxSize, file.type);
		if (file.size > size)
			return locale.t("composer.too_large", { name,
			    size: bytes(locale.tag, size) });
		return "";
	}

	/**
	 * @param {Pick<Entry, "name" | "file" | "attachment" | "state">} what
	 * @returns {Entry}
	 */
	#enter(what)
	{
		const { file } = what;
		const entry = { ...what, abort: new AbortController(), done: 0,
		    element: h("li", { class: "ck-attachment" }),
		    preview: file?.type.startsWith("image/") ?
			URL.createObjectURL(file) : undefined };
		this.#entries.push(entry);
		this.element.append(entry.element);
		this.#draw(entry);
		return entry;
	}

	/** @param {Entry} entry */
	#forget(entry)
	{
		entry.abort.abort();
		entry.element.remove();
		if (entry.preview)
			URL.revokeObjectURL(entry.preview);
	}

	/**
	 * @param {Entry} entry
	 * @param {File} file
	 */
	async #upload(entry, file)
	{
		const { host } = this;
		const { signal } = entry.abort;
		entry.state = "uploading";
		entry.done = 0;
		this.#draw(entry);
		try {
			entry.attachment = await this.#sendTo(entry, file);
			entry.state = "done";
		} catch (error) {
			if (signal.aborted)
				return;
			entry.state = "failed";
			this.tell.say(host.locale.t("composer.not_uploaded",
			    { name: entry.name }));
			host.emit("error", { error });
		}
		if (signal.aborted)
			return;
		this.#draw(entry);
		this.tell.changed();
	}

	/**
	 * @param {Entry} entry
	 * @param {File} file
	 * @returns {Promise<Attachment>}
	 */
	async #sendTo(entry, file)
	{
		const { options, conversation } = this.host;
		const api = "url" in options.api ? options.api : null;
		const strategy = api?.uploadStrategy;
		const { signal } = entry.abort;
		const progress = (/** @type {number} */ part) => {
			entry.done = part;
			entry.element.querySelector("progress")
			    ?.setAttribute("value", String(part));
		};
		if (strategy?.type === "direct") {
			const form = new FormData();
			form.append("file", file, file.name);
			const to = { url: strategy.uploadUrl, method: "POST" };
			return checked(JSON.parse(api?.fetch ?
			    await fetched(api.fetch, to, form, signal) :
			    await upload(to, form, signal, progress)));
		}
		if (strategy?.type !== "two_phase")
			throw new TypeError("Attachments need the option" +
			    " api.uploadStrategy.");
		const { upload_descriptor: target, ...attachment } =
		    await conversation.post("attachments.create",
		    { name: file.name, size: file.size,
		    mime_type: file.type || "application/octet-stream" },
		    { signal });
		entry.attachment = checked(attachment);
		if (target)
			await upload(target, body(target, file), signal,
			    progress);
		return entry.attachment;
	}

	/** @param {Entry} entry */
	#remove(entry)
	{
		const at = this.#entries.indexOf(entry);
		this.#entries.splice(at, 1);
		this.#forget(entry);
		this.tell.say("");
		const id = entry.attachment?.id;
		if (id)	// what is left over there harms nobody here
			this.host.conversation.post(
			    "attachments.delete", { attachment_id: id })
			    .catch(() => {});
		if (this.#entries.length === 0)
			this.element.remove();
		this.tell.changed();
		const next = this.#entries[Math.min(at,
		    this.#entries.length - 1)];
		if (next)
			/** @type {HTMLElement | null} */ (next.element
			    .querySelector("button:last-child"))?.focus();
		else
			this.host.focusComposer();
	}

	/** @param {Entry} entry */
	#draw(entry)
	{
		const { attachment, name, state, file } = entry;
		const { locale } = this.host;
		const remove = locale.t(state === "uploading" ?
		    "composer.cancel_upload" : "composer.remove_file",
		    { name });
		const image = entry.preview ?? (attachment?.type === "image" ?
		    attachment.preview_url : undefined);
		const again = locale.t("composer.upload_again", { name });
		entry.element.classList.toggle("ck-bad", state === "failed");
		entry.element.replaceChildren(
		    image ? h("img", { src: image, alt: "", on: {
			error: (/** @type {Event} */ e) =>
			    /** @type {Element} */ (e.target).replaceWith(
			    icon("document")) } }) : icon("document"),
		    h("span", { class: "ck-attachment-name", dir: "auto",
			text: name, title: name }),
		    ...state === "uploading" ? [h("progress", { max: "1",
			value: entry.done || null, "aria-label":
			locale.t("composer.progress", { name }) })] : [],
		    ...state === "failed" && file ? [h("button", {
			type: "button", class: "ck-icon-button",
			"aria-label": again, title: again, on: { click: () => {
				this.tell.say("");
				void this.#upload(entry, file);
				this.tell.changed();
			} } }, icon("reload"))] : [],
		    h("button", { type: "button", class: "ck-icon-button",
			"aria-label": remove, title: remove,
			on: { click: () => this.#remove(entry) } },
			icon("close")));
	}
}

/**
 * @param {any} answer
 * @returns {Attachment}
 */
function checked(answer)
{
	if (typeof answer?.id !== "string")
		throw new TypeError("The upload was not answered by an" +
		    " attachment.");
	return answer;
}

/**
 * @param {Target} target
 * @param {File} file
 */
function body(target, file)
{
	if (target.method.toUpperCase() === "PUT")
		return file;
	const form = new FormData();
	form.append("file", file, file.name);
	return form;
}

/**
 * The page's own fetch knows how to sign a request to its server; it cannot
 * tell how far it is.
 * @param {typeof fetch} fetch
 * @param {Target} target
 * @param {FormData} body
 * @param {AbortSignal} signal
 */
async function fetched(fetch, target, body, signal)
{
	const r = await fetch(target.url,
	    { method: target.method, body, signal });
	if (!r.ok)
		throw new Error(`upload: status ${r.status}`);
	return r.text();
}

/**
 * XMLHttpRequest, since fetch() cannot tell how far an upload is.
 * @param {Target} target
 * @param {FormData | File} body
 * @param {AbortSignal} signal
 * @param {(part: number) => void} progress
 * @returns {Promise<string>} the answer's body
 */
function upload(target, body, signal, progress)
{
	return new Promise((resolve, reject) => {
		const xhr = new XMLHttpRequest();
		const headers = Object.entries(target.headers ?? {});
		const fail = (/** @type {string} */ why) => () =>
		    reject(new Error(`upload: ${why}`));
		xhr.open(target.method, target.url);
		for (const [name, value] of headers)
			xhr.setRequestHeader(name, value);
		xhr.upload.onprogress = (e) => {
			if (e.lengthComputable && e.total > 0)
				progress(e.loaded / e.total);
		};
		xhr.onload = () => xhr.status >= 200 && xhr.status < 300 ?
		    resolve(xhr.responseText) : fail(`status ${xhr.status}`)();
		xhr.onerror = fail("no answer");
		xhr.onabort = fail("ended");
		signal.addEventListener("abort", () => xhr.abort());
		xhr.send(body);
	});
}

/**
 * @param {string} pattern "image/png", "image/*" or "*"
 * @param {string} type
 */
function matches(pattern, type)
{
	return pattern === "*" || pattern === "*/*" || pattern === type ||
	    pattern.endsWith("/*") && type.startsWith(pattern.slice(0, -1));
}

/**
 * @param {Record<string, string[]>} accept
 * @param {File} file
 */
function accepts(accept, file)
{
	const name = file.name.toLowerCase();
	return Object.entries(accept).some(([pattern, ends]) =>
	    file.type && matches(pattern, file.type) ||
	    ends.some((end) => name.endsWith(end.toLowerCase())));
}

/** @param {Record<string, string[]>} accept */
function typesOf(accept)
{
	return Object.entries(accept).flatMap(([pattern, ends]) =>
	    ends.length > 0 ? ends.map((end) =>
	    end.replace(/^\./, "").toUpperCase()) : [pattern]).join(", ");
}

/**
 * @param {number | Record<string, number> | undefined} limit
 * @param {string} type
 */
function sizeFor(limit, type)
{
	if (typeof limit === "number")
		return limit;
	const own = limit?.[type] ?? Object.entries(limit ?? {}).find(([one]) =>
	    one.endsWith("/*") && matches(one, type))?.[1];
	return own ?? limit?.["*"] ?? limit?.[""] ?? MAX_SIZE;
}

/**
 * @param {string} tag
 * @param {number} n
 */
function bytes(tag, n)
{
	const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
	let unit = 0;
	while (n >= 1024 && unit < units.length - 1) {
		n /= 1024;
		unit++;
	}
	return new Intl.NumberFormat(tag, { style: "unit", unit: units[unit],
	    unitDisplay: unit === 0 ? "long" : "short",
	    maximumFractionDigits: 1 }).format(n);
}
