// @ts-check
// One view for each kind of item.  A view's element stays the same for the
// item's life: show() brings it up to date in place, so that focus, selection
// and what was opened are kept.

import "./more.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { copyText, MarkdownView } from "./markdown.js";

/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./i18n.js").Key} Key */
/** @typedef {import("./wire.d.ts").Item} Item */
/** @typedef {import("./wire.d.ts").ItemUpdate} ItemUpdate */
/** @typedef {import("./wire.d.ts").Task} Task */
/** @typedef {import("./wire.d.ts").EntitySource} EntitySource */
/** @typedef {import("./thread.js").LocalMessage} LocalMessage */
/** @typedef {import("@openai/chatkit").UserMessageContent} Content */
/** @typedef {import("./wire.d.ts").GeneratedImage} GeneratedImage */
/** @typedef {import("./wire.d.ts").WidgetItem} WidgetItem */

/** @param {unknown} [value] */
const text = (value) => typeof value === "string" ? value : "";

/**
 * A button with a picture and a name.
 * @param {string} label
 * @param {string} name of the picture
 * @param {(event: Event) => void} press
 */
export function iconButton(label, name, press)
{
	return h("button", { type: "button", class: "ck-icon-button",
		title: label, "aria-label": label, on: { click: press } },
	    icon(name));
}

/**
 * Copy and say so.
 * @param {Host} host
 * @param {string} what
 */
export async function copy(host, what)
{
	const done = await copyText(what);
	host.status(host.locale.t(done ? "log.copied" : "log.not_copied"));
}

/**
 * When something was said: the time, and the date for who asks.
 * @param {Host} host
 * @param {string} when
 */
export function timeOf(host, when)
{
	if (!when || Number.isNaN(Date.parse(when)))
		return null;
	return h("time", { class: "ck-time", datetime: when,
		title: host.locale.date(when,
		    { dateStyle: "full", timeStyle: "short" }),
		text: host.locale.date(when, { timeStyle: "short" }) });
}

/**
 * May a picture of an answer be loaded?  Those of this site may, and those of
 * the domains the thread allows: a picture's address can carry off what was
 * said.
 *
 * @param {Host} host
 * @param {string} url
 */
export function allowImage(host, url)
{
	if (!URL.canParse(url, location.href))
		return false;
	const to = new URL(url, location.href);
	if (to.origin === location.origin || to.protocol === "blob:" ||
	    /^data:image\/(png|jpeg|gif|webp|avif)[;,]/.test(url))
		return true;
	const allowed = host.conversation.thread.data?.allowed_image_domains;
	return to.protocol === "https:" && (allowed ?? []).some((domain) =>
	    to.hostname === domain || to.hostname.endsWith(`.${domain}`));
}

/**
 * A view of Markdown, wired to the page.
 * @param {Host} host
 */
export function markdown(host)
{
	return new MarkdownView({
		locale: host.locale,
		allowImage: (url) => allowImage(host, url),
		onLink: (url) => {
			const to = new URL(url);
			host.emit("deeplink", {
				name: to.host + to.pathname.replace(/\/$/, ""),
				data: Object.fromEntries(to.searchParams),
			});
		},
		onEntity: (source) => openEntity(host, source),
	});
}

/** @param {Host} host @param {EntitySource} source */
function openEntity(host, source)
{
	const { id, title, icon: picture, interactive, group, data } = source;
	host.options.entities?.onClick?.({ id, title, icon: picture,
		interactive, group, data });
}

/** What every view is. */
class View {
	element = h("article", { class: "ck-item" });
	/** The turn it stands in: see turn.js.
	 * @type {import("./turn.js").Turn | null} */
	turn = null;

	/**
	 * @param {Host} host
	 * @param {Item | LocalMessage} item
	 */
	constructor(host, item)
	{
		this.host = host;
		this.item = item;
		this.element.dataset.type = item.type;
	}

	/** Bring up to date. @param {ItemUpdate} [update] what changed */
	show(update)
	{
		void update;
	}

	/** The conversation's state is another. */
	refresh()
	{
	}

	/** What copying yields, in Markdown. */
	copy()
	{
		return "";
	}

	/** What is read aloud when the answer is there. */
	aloud()
	{
		return "";
	}

	/** Does it show by itself that something is going on? */
	get busy()
	{
		return false;
	}

	/** @param {Key} key */
	t(key)
	{
		return this.host.locale.t(key);
	}
}

export { View };

/** A message of the person's. */
class UserView extends View {
	#bubble = h("div", { class: "ck-bubble", dir: "auto" });
	#before = h("div", { class: "ck-before" });
	#local = h("p", { class: "ck-local" });
	#bar = h("div", { class: "ck-actions" });
	/** @type {HTMLButtonElement | undefined} */
	#edit;
	/** What the bubble shows: nodes are kept while it stays. */
	#shown = "";

	/** @param {Host} host @param {Item} item */
	constructor(host, item)
	{
		super(host, item);
		this.element.classList.add("ck-user");
		this.element.append(h("h3", { class: "ck-sr",
			text: this.t("log.you") }), this.#before, this.#bubble,
		    this.#local, this.#bar);
	}

	get #message()
	{
		return /** @type {LocalMessage} */ (this.item);
	}

	show()
	{
		const item = this.#message;
		const shown = JSON.stringify([item.content, item.attachments,
		    item.quoted_text]);
		if (shown !== this.#shown) {
			this.#shown = shown;
			this.#bubble.replaceChildren(...item.content.map(
			    (part) => part.type === "input_tag" ?
			    this.#tag(part) : text(part.text)));
			this.#bubble.hidden = this.#bubble.textContent === "";
			this.#before.replaceChildren();
			if (item.quoted_text)
				this.#before.append(h("blockquote",
				    { class: "ck-quote", dir: "auto",
					"aria-label": this.t("log.quoted"),
					text: item.quoted_text }));
			if (item.attachments?.length)
				this.#before.append(this.#files());
		}
		this.element.classList.toggle("ck-unsent", Boolean(item.local));
		this.#state(item);
	}

	/** @param {LocalMessage} item */
	#state(item)
	{
		const { local } = item;
		const { conversation } = this.host;
		const had = this.#local.contains(this.host.root.activeElement);
		this.#local.replaceChildren();
		this.#local.hidden = !local;
		this.#local.classList.toggle("ck-failed",
		    local?.state === "failed");
		if (local) {
			const said = [this.t(`local.${local.state}`)];
			if (local.error)
				said.push(local.error.say(this.host.locale));
			this.#local.append(h("span", null, said.join(". ")));
		}
		if (local && local.state !== "sending") {
			this.#local.append(h("button", { type: "button",
				text: this.t(local.state === "queued" ?
				    "log.send_now" : "log.retry"),
				on: { click: () =>
				    conversation.resend(item.id) } }),
			h("button", { type: "button",
				text: this.t("log.discard"),
				on: { click: () => this.#discard(item.id) } }));
		}
		if (had)
			this.#local.querySelector("button")?.focus() ??
			    this.host.focusComposer();
		this.#bar.hidden = Boolean(local);
		if (!local && !this.#bar.firstChild)
			this.#bar.append(
			    timeOf(this.host, item.created_at) ?? "",
			    iconButton(this.t("log.copy_own"), "copy",
				() => copy(this.host, this.copy())));
	}

	/** Take it back, and what it said into the composer.
	 * @param {string} id */
	#discard(id)
	{
		const { host } = this;
		const draft = host.conversation.discard(id);
		if (draft)
			host.compose({ content: draft.content,
				reply: draft.quoted_text,
				attachments: draft.attachments });
		host.focusComposer();
	}

	/** Offer to edit it, or not. @param {boolean} may */
	editable(may)
	{
		may &&= !this.#message.local;
		if (may && !this.#edit) {
			this.#edit = iconButton(this.t("log.edit"), "pencil",
			    () => this.host.edit(this.#message));
			this.#bar.append(this.#edit);
		}
		if (this.#edit)
			this.#edit.hidden = !may;
	}

	/** @param {Extract<Content, {type: "input_tag"}>} part */
	#tag(part)
	{
		const { entities } = this.host.options;
		const chip = part.interactive && entities?.onClick ?
		    h("button", { type: "button", class: "ck-tag",
			    on: { click: () => this.host.options.entities
				?.onClick?.(entity) } }, part.text) :
		    h("span", { class: "ck-tag" }, part.text);
		const entity = { id: part.id, title: part.text,
			group: part.group, interactive: part.interactive,
			data: /** @type {Record<string, string>} */ (
			    part.data ?? {}) };
		const preview = part.interactive && entities?.onRequestPreview;
		if (preview)
			import("./sources.js").then((it) => it.previewOn(chip,
			    entity, preview, widgetContext(this)), () => {});
		return chip;
	}

	#files()
	{
		return h("ul", { class: "ck-files",
			"aria-label": this.t("log.attached") },
		this.#message.attachments.map((file) => h("li", {
			class: `ck-${file.type}`, dir: "auto" },
		file.type === "image" ?
		    h("img", { src: file.preview_url, alt: file.name }) :
		    [icon("document"), h("span", { text: file.name })])));
	}

	copy()
	{
		return this.#message.content.map((part) => text(part.text))
		    .join("");
	}
}

/** An answer in words. */
class AnswerView extends View {
	/** By part: the view, and the text it has been given.
	 * @type {{view: MarkdownView, text: string, marks: number}[]} */
	#parts = [];
	#body = h("div", { class: "ck-answer", dir: "auto" });
	#mark = h("p", { class: "ck-mark", hidden: true });
	/** @type {Promise<{element: HTMLElement,
	 *     update: (all: any[]) => void}> | undefined} */
	#sources;

	/** @param {Host} host @param {Item} item */
	constructor(host, item)
	{
		super(host, item);
		this.element.classList.add("ck-assistant");
		this.element.append(h("h3", { class: "ck-sr",
			text: this.t("log.assistant") }), this.#body,
		    this.#mark);
	}

	get #content()
	{
		return /** @type {import("./wire.d.ts").AssistantMessage} */ (
		    this.item).content ?? [];
	}

	get #state()
	{
		return this.host.conversation.thread.mark(this.item.id);
	}

	/** @param {ItemUpdate} [update] */
	show(update)
	{
		const open = this.#state === "open";
		for (const [n, part] of this.#content.entries())
			this.#part(n, text(part.text), part.annotations ?? [],
			    open && update?.type !==
			    "assistant_message.content_part.done");
		for (const { view } of this.#parts.splice(this.#content.length))
			view.element.remove();
		this.#marks();
		const state = this.#state;
		this.#mark.hidden = state !== "stopped" && state !== "cut";
		if (state === "stopped" || state === "cut")
			this.#mark.textContent = this.t(`mark.${state}`);
	}

	/**
	 * @param {number} n
	 * @param {string} now
	 * @param {import("./wire.d.ts").Annotation[]} annotations
	 * @param {boolean} open there is more to come
	 */
	#part(n, now, annotations, open)
	{
		let part = this.#parts[n];
		if (!part) {
			part = this.#parts[n] = { view: markdown(this.host),
				text: "", marks: 0 };
			this.#body.append(part.view.element);
		}
		if (open) {
			if (!now.startsWith(part.text)) {
				// it began otherwise: a text that still grows
				// cannot be set
				const { element } = part.view;
				part.view = markdown(this.host);
				element.replaceWith(part.view.element);
				part.text = "";
			}
			part.view.append(now.slice(part.text.length));
		} else if (now !== part.text) {
			part.view.set(now);
		} else {
			part.view.finish();
		}
		part.text = now;
		if (annotations.length !== part.marks || !open && part.marks)
			part.view.annotate(annotations);
		part.marks = annotations.length;
	}

	async #marks()
	{
		const all = this.#content.flatMap((part) =>
		    part.annotations ?? []);
		if (all.length === 0 && !this.#sources)
			return;
		const { host } = this;
		this.#sources ??= import("./sources.js").then((it) => {
			const list = it.drawSources([], { locale: host.locale,
				onEntity: (it) => openEntity(host, it) });
			this.#mark.after(list.element);
			return list;
		});
		try {
			(await this.#sources).update(all);
		} catch (error) {
			this.#sources = undefined;
			host.emit("error", { error });
		}
	}

	copy()
	{
		return this.#content.map((part) => text(part.text))
		    .join("\n\n");
	}

	aloud()
	{
		// without what Markdown has for the eye
		return this.copy().replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
		    .replace(/^\|?[\s:|-]+$|^#+|[*_`|~]+/gm, " ").trim();
	}

	get busy()
	{
		return this.#state === "open" &&
		    this.#parts.some((part) => part.text !== "");
	}
}

/**
 * One line of what is or was done.
 * @param {View} view
 * @param {Task} task
 * @param {boolean} steps it stands in a workflow, where its state shows
 * @returns {Child[]}
 * @typedef {import("./dom.js").Child} Child
 */
function taskNodes(view, task, steps)
{
	const state = steps ? task.status_indicator : "none";
	const failed = task.type === "custom" && task.icon === "info";
	const mark = h("span", { class: "ck-state" }, state === "loading" ?
	    h("span", { class: "ck-spinner" }) : icon(failed ? "info" :
	    state === "complete" ? "check" :
	    task.type === "custom" && task.icon || "dot"));
	const said = state === "loading" ? "log.task_runs" :
	    state === "complete" && !failed ? "log.task_done" : null;
	/** @type {Child[]} */
	const more = [];
	if (task.type === "custom" && task.content ||
	    task.type === "thought" && task.content) {
		const body = markdown(view.host);
		body.set(task.content ?? "");
		body.element.dir = "auto";
		more.push(body.element);
	}
	if (task.type === "web_search" && task.queries?.length)
		more.push(h("ul", { class: "ck-queries" }, task.queries.map(
		    (query) => h("li", { dir: "auto", text: query }))));
	if ((task.type === "web_search" || task.type === "file") &&
	    task.sources?.length) {
		const place = h("div");
		const { sources } = task;
		import("./sources.js").then((it) => place.append(it.sourceList(
		    sources, { locale: view.host.locale })), () => {});
		more.push(place);
	}
	return [mark, h("div", { class: "ck-task" },
	    said && h("span", { class: "ck-sr", text: `${view.t(said)}: ` }),
	    h("span", { dir: "auto", text: taskTitle(view, task) }), more)];
}

/** @param {View} view @param {Task} task */
function taskTitle(view, task)
{
	return task.title || (task.type === "web_search" ?
	    task.title_query || view.t("log.searched") :
	    task.type === "file" ? view.t("log.files") :
	    task.type === "image" ? view.t("log.image") : "");
}

/** A standalone line. */
class TaskView extends View {
	show()
	{
		const { task } = /** @type {import("./wire.d.ts").TaskItem} */ (
		    this.item);
		this.element.classList.add("ck-work", "ck-line");
		this.element.replaceChildren();
		for (const node of taskNodes(this, task, false))
			this.element.append(/** @type {Node} */ (node));
	}
}

/** What the tools did: one line, which opens when there is more to it. */
class WorkflowView extends View {
	#list = h("ol", { class: "ck-tasks" });
	#state = h("span", { class: "ck-state" });
	#title = h("span", { dir: "auto" });
	#more = h("span", { class: "ck-more" }, icon("chevron-right"));
	/** Of a single step that is all there is to say. */
	#plain = h("div", { class: "ck-line" });
	#line = h("summary", { class: "ck-line" });
	#details = h("details", { class: "ck-workflow" }, this.#line,
	    this.#list);
	/** The state that is drawn: its picture moves, so it is let be. */
	#drawn = "";
	/** Each line as it was drawn.
	 * @type {string[]} */
	#lines = [];
	/** The person opened or closed it: their word holds. */
	#touched = false;

	/** @param {Host} host @param {Item} item */
	constructor(host, item)
	{
		super(host, item);
		this.element.classList.add("ck-work");
		this.element.append(this.#plain, this.#details);
		this.#line.addEventListener("click", () => {
			this.#touched = true;
		});
	}

	get #workflow()
	{
		return /** @type {import("./wire.d.ts").WorkflowItem} */ (
		    this.item).workflow;
	}

	show()
	{
		const { tasks, summary, expanded, type } = this.#workflow;
		const { locale } = this.host;
		const last = tasks.findLast((task) =>
		    task.status_indicator === "loading") ?? tasks.at(-1);
		const title = !summary ? null : "duration" in summary ?
		    locale.t("log.thought", { n: summary.duration }) :
		    summary.title;
		this.#title.textContent = title || (tasks.length > 1 &&
		    !this.busy ? locale.t("log.steps", { n: tasks.length }) :
		    last && taskTitle(this, last)) || this.t(
		    type === "reasoning" ? "log.thinking" : "log.working");
		const [first] = tasks;
		const failed = tasks.length === 1 && first.type === "custom" &&
		    first.icon === "info";
		const drawn = this.busy ? "busy" : failed ? "info" : "check";
		if (drawn !== this.#drawn) {
			this.#state.replaceChildren(drawn === "busy" ?
			    h("span", { class: "ck-spinner" }) : icon(drawn));
			this.#drawn = drawn;
		}
		this.#tasks(tasks);
		if (!this.#touched)
			this.#details.open = Boolean(expanded);
		const plain = tasks.length < 2 &&
		    !this.#list.querySelector(".ck-task > :not(span)") &&
		    (!first || this.#title.textContent ===
		    taskTitle(this, first));
		this.#plain.hidden = !plain;
		this.#details.hidden = plain;
		const line = plain ? this.#plain : this.#line;
		if (this.#title.parentNode !== line)
			line.append(this.#state, this.#title,
			    ...plain ? [] : [this.#more]);
	}

	/** @param {Task[]} tasks */
	#tasks(tasks)
	{
		for (const [n, task] of tasks.entries()) {
			const line = JSON.stringify(task);
			if (line === this.#lines[n])
				continue;
			this.#lines[n] = line;
			const li = this.#list.children[n] ?? this.#list
			    .appendChild(h("li", { class: "ck-line" }));
			li.replaceChildren();
			for (const node of taskNodes(this, task, true))
				li.append(/** @type {Node} */ (node));
		}
		while (this.#list.children.length > tasks.length)
			this.#list.lastChild?.remove();
		this.#lines.length = tasks.length;
	}

	get busy()
	{
		const { thread } = this.host.conversation;
		return thread.mark(this.item.id) === "open";
	}
}

/**
 * What a widget is given (widget.js).
 * @param {View} view
 * @returns {import("./widget.js").WidgetContext}
 */
function widgetContext(view)
{
	const { host } = view;
	return {
		locale: host.locale,
		markdown: () => markdown(host),
		allowImage: (url) => allowImage(host, url),
		streaming: () => host.conversation.state !== "idle",
		error: (error) => host.emit("error", { error }),
		act: async (action) => {
			const { item } = view;
			try {
				const { type, payload } = action;
				if (action.handler !== "client")
					await host.conversation.act(action,
					    item.id);
				else if (item.type === "widget")
					await host.options.widgets?.onAction?.(
					    { type, payload }, { id: item.id,
						widget: /** @type {any} */ (
						item.widget) });
			} catch (error) {
				host.fail(error);
				throw error;
			}
		},
	};
}

/** A widget, whose drawing is fetched with the first of them. */
class WidgetView extends View {
	/** @type {import("./widget.js").DrawnWidget | undefined} */
	#drawn;
	/** @type {HTMLElement} until it is there, and if it never comes */
	#plain = h("p", { class: "ck-plain", dir: "auto" });

	/** @param {Host} host @param {Item} item */
	constructor(host, item)
	{
		super(host, item);
		this.element.classList.add("ck-assistant");
		this.element.append(h("h3", { class: "ck-sr",
			text: this.t("log.assistant") }), this.#plain);
		this.#plain.textContent = this.copy();
		this.#fetch();
	}

	get #item()
	{
		return /** @type {WidgetItem} */ (this.item);
	}

	async #fetch()
	{
		try {
			const [{ drawWidget }] = await Promise.all([
			    import("./widget.js"),
			    this.host.style("widget.css")]);
			this.#drawn = drawWidget(this.#item.widget,
			    widgetContext(this));
			this.#plain.replaceWith(this.#drawn.element);
		} catch (error) {
			this.#plain.textContent = this.copy() ||
			    this.t("log.widget");
			this.host.emit("error", { error });
		}
	}

	/** @param {ItemUpdate} [update] */
	show(update)
	{
		if (update)
			this.#drawn?.patch(update);
		else
			this.#drawn?.update(this.#item.widget);
	}

	refresh()
	{
		this.#drawn?.refresh();
	}

	copy()
	{
		return text(this.#item.copy_text);
	}

	aloud()
	{
		return this.copy() || (this.#drawn?.element.textContent ?? "");
	}
}

/** A picture the model made. */
class ImageView extends View {
	#note = h("p", { class: "ck-local" });
	#image = h("img", { class: "ck-made", hidden: true });

	/** @param {Host} host @param {Item} item */
	constructor(host, item)
	{
		super(host, item);
		this.element.classList.add("ck-assistant");
		this.#image.alt = this.t("log.image");
		this.element.append(h("h3", { class: "ck-sr",
			text: this.t("log.assistant") }), this.#image,
		    this.#note);
	}

	/** @param {ItemUpdate} [update] */
	show(update)
	{
		const { image } = /** @type {GeneratedImage} */ (this.item);
		const progress = update?.type === "generated_image.updated" ?
		    update.progress : undefined;
		const shown = image && allowImage(this.host, image.url);
		if (shown && this.#image.src !== image.url)
			this.#image.src = image.url;
		this.#image.hidden = !shown;
		this.#note.replaceChildren();
		if (image && !shown)
			this.#note.append(h("a", { href: image.url,
				target: "_blank", rel: "noopener noreferrer",
				text: this.t("log.image") }));
		else if (!image || progress !== undefined && progress < 1)
			this.#note.append(this.t("log.drawing"));
		this.#note.hidden = !this.#note.firstChild;
	}

	copy()
	{
		return /** @type {GeneratedImage} */ (this.item).image?.url ??
		    "";
	}
}

/** Questions, once they are answered; until then the composer asks them. */
class QuestionView extends View {
	/** @param {Host} host @param {Item} item */
	constructor(host, item)
	{
		super(host, item);
		this.element.classList.add("ck-user");
	}

	get #item()
	{
		return /** @type {import("./wire.d.ts").StructuredInput} */ (
		    this.item);
	}

	/** @param {import("./wire.d.ts").StructuredQuestion} question */
	#answer({ answer })
	{
		return answer?.values?.length && !answer.skipped ?
		    answer.values.join(", ") : this.t("log.skipped");
	}

	show()
	{
		this.element.hidden = this.#item.status === "pending";
		this.element.replaceChildren(h("h3", { class: "ck-sr",
			text: this.t("log.you") }),
		h("dl", { class: "ck-bubble ck-answers" },
		    this.#item.inputs.flatMap((input) => [
			h("dt", { dir: "auto", text: input.question }),
			h("dd", { dir: "auto", text: this.#answer(input) })])));
	}

	copy()
	{
		return this.#item.status === "pending" ? "" : this.#item.inputs
		    .map((input) => `${input.question}\n${this.#answer(input)}`)
		    .join("\n\n");
	}
}

/** @type {Record<string, new (host: Host, item: any) => View>} */
const VIEWS = {
	user_message: UserView,
	assistant_message: AnswerView,
	widget: WidgetView,
	task: TaskView,
	workflow: WorkflowView,
	generated_image: ImageView,
	structured_input: QuestionView,
};

/**
 * A view of an item; null: this kind is not for the eye.
 * @param {Host} host
 * @param {Item | LocalMessage} item
 * @returns {View | null}
 */
export function viewOf(host, item)
{
	const Made = Object.hasOwn(VIEWS, item.type) ? VIEWS[item.type] : null;
	const view = Made ? new Made(host, item) : null;
	view?.show();
	return view;
}

export { UserView };
