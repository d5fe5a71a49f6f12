// @ts-check
// Where an answer has it from, and what is known about a thing that was
// tagged.  import() it when there are any.

import { h } from "./dom.js";

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
 * The list below an answer, folded: <details class="ck-sources">, hidden
 * while there are none.  A source that comes twice is listed once.
 * @param {Annotation[]} annotations
 * @param {SourcesContext} ctx
 * @returns {{element: HTMLElement,
 *     update: (annotations: Annotation[]) => void}}
 */
export function drawSources(annotations, ctx)
{
	void annotations, ctx;
	return { element: h("details", { class: "ck-sources" }), update() {} };
}

/**
 * Plain lists of sources, as a web search or file task shows them.
 * @param {Source[]} sources
 * @param {SourcesContext} ctx
 * @returns {HTMLElement}
 */
export function sourceList(sources, ctx)
{
	void sources, ctx;
	return h("ul", { class: "ck-source-list" });
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
	void chip, entity, request, ctx;
}
