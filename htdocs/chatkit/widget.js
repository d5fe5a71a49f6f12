// @ts-check
// Widgets of the protocol as nodes.  Not needed before the first widget
// shows: import() it.

import { h } from "./dom.js";

/** @typedef {import("./wire.d.ts").Action} Action */
/** @typedef {import("@openai/chatkit").Widgets.WidgetRoot} WidgetRoot */

/**
 * @typedef {object} WidgetContext
 * @property {import("./i18n.js").Locale} locale
 * @property {() => import("./markdown.js").MarkdownView} markdown a new view
 * @property {(action: Action) => Promise<unknown>} act carry it out (to the
 * server, or to the page's widgets.onAction when its handler is "client");
 * settled when that is over: until then the control shows that it is busy.
 * A rejection takes a checkbox or a choice back; telling the person is up to
 * whoever rejects.
 * @property {(url: string) => boolean} allowImage the address is absolute
 * @property {() => boolean} streaming does an answer arrive?  Actions that
 * have to wait for it are switched off meanwhile.
 * @property {(error: Error) => void} error a fault of the widget itself
 * (chatkit.error)
 */

/**
 * @typedef {object} DrawnWidget
 * @property {HTMLElement} element stays the same through all updates
 * @property {(widget: WidgetRoot) => void} update the widget as it is now;
 * focus, caret and what was typed are kept
 * @property {(update: import("./wire.d.ts").ItemUpdate) => void} patch one
 * of the three widget.* updates; others are ignored
 * @property {() => void} refresh streaming() may have changed
 */

/**
 * Draw a widget.  A component that is not known is drawn as its children,
 * or its text.
 * @param {WidgetRoot} widget
 * @param {WidgetContext} ctx
 * @returns {DrawnWidget}
 */
export function drawWidget(widget, ctx)
{
	void ctx;
	return {
		element: h("div", { class: "ck-widget", text: widget.type }),
		update() {},
		patch() {},
		refresh() {},
	};
}
