// @ts-check
// Where an answer has it from, and what is known about a thing that was
// tagged.  import() it when there are any.

import "./more.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { safeLink } from "./markdown.js";

/** @typedef {import("./wire.d.ts").Annotation} Annotation */
/** @typedef {import("./wire.d.ts").Source} Source */
/** @typedef {import("./wire.d.ts").EntitySource} EntitySource */
/** @typedef {import("@openai/chatkit").Entity} Entity */

/**
 * @typedef {object} SourcesContext
 * @property {import("./i18n.js").Locale} locale
 * @property {(entity: EntitySource) => void} [onEntity] an interactive
 * entity was clicked
 */

/**
 * What makes two sources the same one.
 * @param {Source} source
 */
function same(source)
{
	return `${source.type} ${source.type === "url" ? source.url :
	    source.type === "file" ? source.filename : source.id}`;
}

/**
 * The sources, each once, in the order of their numbers.
 * @param {Annotation[]} annotations
 * @returns {Map<string, Source>}
 */
function once(annotations)
{
	/** @type {Map<string, Source>} */
	const all = new Map();

	for (const { source } of annotations)
		if (source && !all.has(same(source)))
			all.set(same(source), source);
	return all;
}

/**
 * The list below an answer, folded: <details class="ck-sources">, hidden
 * while there are none.  A source that comes twice is listed once.
 * @param {Annotation[]} annotations
 * @param {SourcesContext} ctx
 * @returns {{element: HTMLElement,
 *     update: (annotations: Annotation[]) => void}}
 */
export function drawSources(annotations, ctx)
{
	const title = h("span");
	const body = h("div");
	const element = h("details", { class: "ck-sources" },
	    h("summary", null, icon("chevron-right"), title), body);
	const update = (/** @type {Annotation[]} */ now) => {
		const all = [...once(now).values()];
		title.textContent = ctx.locale.t("sources.title",
		    { n: all.length });
		body.replaceChildren(sourceList(all, ctx, true));
		element.hidden = all.length === 0;
	};

	update(annotations);
	return { element, update };
}

/**
 * Plain lists of sources, as a web search or file task shows them; grouped
 * where the sources name groups.
 * @param {Source[]} sources
 * @param {SourcesContext} ctx
 * @param {boolean} [numbered]
 * @returns {HTMLElement}
 */
export function sourceList(sources, ctx, numbered = false)
{
	/** @type {Map<string, [Source, number][]>} */
	const groups = new Map();

	sources.forEach((source, i) => {
		const group = source.group ?? "";
		groups.set(group, [...groups.get(group) ?? [],
		    [source, i + 1]]);
	});
	return h("div", { class: "ck-source-list" },
	    [...groups].map(([group, list]) => [
		group ? h("p", { class: "ck-source-group", dir: "auto",
			text: group }) : null,
		h("ul", { role: "list" }, list.map(([source, n]) =>
		    h("li", null, numbered ? h("span", {
			class: "ck-source-number", text: String(n) }) : null,
		    line(source, ctx)))),
	    ]).flat());
}

/**
 * @param {Source} source
 * @param {SourcesContext} ctx
 */
function line(source, ctx)
{
	const url = source.type === "url" ? safeLink(source.url) : null;
	const title = h("bdi", { class: "ck-source-title",
		text: source.title || (source.type === "url" ? source.url :
		    source.type === "file" ? source.filename :
		    source.label ?? source.id) });
	const about = [
		source.type === "url" ? source.attribution ?? host(url) :
		    source.type === "file" ? source.filename : source.label,
		day(source.timestamp, ctx),
	].filter(text => text && text !== title.textContent);
	const parts = [
		source.type === "entity" && source.icon ?
		    icon(source.icon) : source.type === "file" ?
		    icon("document") : null,
		h("span", { class: "ck-source-text" }, title,
		    about.map(text => h("bdi", { class: "ck-source-about",
			text })),
		    source.description ? h("bdi", {
			class: "ck-source-description",
			text: source.description }) : null),
	];

	return control(source, url, ctx, "ck-source", parts);
}

/**
 * A link, a button or neither, by what the source can do.
 * @param {Source} source
 * @param {string | null} url
 * @param {SourcesContext} ctx
 * @param {string} name its class
 * @param {import("./dom.js").Child[]} children
 * @param {string} [label]
 */
function control(source, url, ctx, name, children, label)
{
	const props = { class: name, "aria-label": label };

	if (url !== null)
		return h("a", { ...props, href: url, target: "_blank",
			rel: "noopener noreferrer" }, children);
	if (source.type === "entity" && source.interactive && ctx.onEntity)
		return h("button", { ...props, type: "button",
			on: { click: () => ctx.onEntity?.(source) } },
		    children);
	return h("span", { ...props, role: label ? "img" : null }, children);
}

/** @param {string | null} url */
function host(url)
{
	return url ? new URL(url).hostname.replace(/^www\./, "") : undefined;
}

/**
 * @param {string | undefined} when
 * @param {SourcesContext} ctx
 */
function day(when, ctx)
{
	try {
		return when && ctx.locale.date(when, { dateStyle: "medium" });
	} catch {
		return when;		// in words
	}
}

/**
 * The footnote marks of an answer, numbered as drawSources() lists them.
 * @param {Annotation[]} annotations
 * @param {SourcesContext} ctx
 * @returns {{index: number, element: HTMLElement}[]} in order
 */
export function footnotes(annotations, ctx)
{
	const numbers = [...once(annotations).keys()];

	return annotations.filter(({ source, index }) => source &&
	    typeof index === "number").sort((a, b) =>
	    Number(a.index) - Number(b.index)).map(({ source, index }) => {
		const n = numbers.indexOf(same(source)) + 1;
		const label = ctx.locale.t("sources.mark", { n,
			title: source.title });
		const url = source.type === "url" ? safeLink(source.url) :
		    null;
		const mark = control(source, url, ctx, "ck-md-note",
		    [String(n)], label);
		mark.title = source.title;
		return { index: Number(index), element: h("sup", null,
			mark) };
	    });
}

/**
 * Show what the page knows about an entity while its chip has the pointer or
 * the focus (entities.onRequestPreview; null: nothing is shown).  Asked once
 * per entity id and chip.
 * @param {HTMLElement} chip
 * @param {Entity} entity
 * @param {(entity: Entity) => Promise<{
 *     preview: import("@openai/chatkit").Widgets.BasicRoot | null }>} request
 * @param {import("./widget.js").WidgetContext} ctx
 */
export function previewOn(chip, entity, request, ctx)
{
	const card = h("div", { class: "ck-preview", popover: "manual",
		role: "tooltip" });
	/** @type {Promise<boolean> | undefined} */
	let asked;
	let wanted = false;

	async function ask()
	{
		const { preview } = await request(entity);
		if (!preview)
			return false;
		const [{ drawWidget }] = await Promise.all([
			import("./widget.js"), styled(chip)]);
		card.append(drawWidget(preview, ctx).element);
		return true;
	}
	async function show()
	{
		wanted = true;
		asked ??= ask().catch(error => {
			ctx.error(error instanceof Error ? error :
			    new Error(String(error)));
			return false;
		});
		if (!await asked || !wanted || !chip.isConnected)
			return;
		if (!card.isConnected)
			chip.after(card);
		card.showPopover();
		place(card, chip);
	}
	function hide()
	{
		wanted = false;
		if (card.isConnected)
			card.remove();
	}
	chip.addEventListener("pointerenter", show);
	chip.addEventListener("focus", show);
	chip.addEventListener("pointerleave", hide);
	chip.addEventListener("blur", hide);
	chip.addEventListener("keydown", e => {
		if (e.key === "Escape" && wanted)
			hide();
	});
}

/**
 * The sheets that a widget wants, where none has been shown before.
 * @param {HTMLElement} chip
 */
async function styled(chip)
{
	const root = chip.getRootNode();

	if (!(root instanceof ShadowRoot))
		return;
	await Promise.all(["markdown.css", "widget.css"].map(async name => {
		if (root.querySelector(`link[href$="/${name}"]`))
			return;
		const link = h("link", { rel: "stylesheet",
			href: new URL(name, import.meta.url).href });
		await new Promise(done => {
			link.onload = link.onerror = done;
			root.prepend(link);
		});
	}));
}

/**
 * Above the chip, or below where there is no room.
 * @param {HTMLElement} card
 * @param {HTMLElement} chip
 */
function place(card, chip)
{
	const at = chip.getBoundingClientRect();
	const { width, height } = card.getBoundingClientRect();
	const left = Math.max(8, Math.min(at.left,
	    document.documentElement.clientWidth - width - 8));
	const top = at.top - height - 8;

	card.style.setProperty("left", `${left}px`);
	card.style.setProperty("top", `${top < 8 ? at.bottom + 8 : top}px`);
}
