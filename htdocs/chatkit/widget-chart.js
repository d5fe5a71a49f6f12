// @ts-check
// Charts: bars, areas and lines over one axis, and the same as a table.

import "./more.js";
import { h } from "./dom.js";
import { color } from "./widget-style.js";

/** @typedef {import("./widget-style.js").Component} Component */
/** @typedef {{name: string, type: string, label: string, color: string,
 *     stack?: string, values: (number | null)[]}} Series */

const WIDTH = 640, HEIGHT = 280;
const COLORS = ["blue-500", "green-500", "orange-500", "purple-500",
	"pink-500", "yellow-600", "red-500", "gray-500"];
const SVG = "http://www.w3.org/2000/svg";
const MAX_ROWS = 500;

/**
 * @param {string} tag
 * @param {Record<string, string | number>} props
 * @param {(Node | string)[]} children
 */
function s(tag, props, ...children)
{
	const el = document.createElementNS(SVG, tag);

	for (const [name, value] of Object.entries(props))
		el.setAttribute(name, String(value));
	el.append(...children);
	return el;
}

/**
 * The series of a chart as we can draw them.
 * @param {Component} node
 * @param {Component[]} rows
 * @returns {Series[]}
 */
function seriesOf(node, rows)
{
	return (Array.isArray(node.series) ? node.series : []).map((one, i) => {
		const name = String(one.dataKey ?? "");
		return {
			name, type: String(one.type),
			label: String(one.label ?? name), stack: one.stack,
			color: color(one.color, "text") ??
			    color(COLORS[i % COLORS.length], "text") ?? "",
			values: rows.map(row => {
				const n = row[name];
				return n === null || n === undefined ||
				    n === "" || !Number.isFinite(Number(n)) ?
				    null : Number(n);
			}),
		};
	});
}

/**
 * About five round numbers from least to most.
 * @param {number} least
 * @param {number} most
 */
function ticks(least, most)
{
	const span = most - least || 1;
	const rough = 10 ** Math.floor(Math.log10(span / 4));
	const step = [1, 2, 5, 10].map(n => n * rough).find(n =>
	    span / n <= 5) ?? rough * 10;
	const all = [];

	for (let n = Math.floor(least / step); n * step < most + step; n++) {
		all.push(Number((n * step).toPrecision(12)));
		if (n * step >= most)
			break;
	}
	return all;
}

/**
 * The nodes of a Chart component: a picture with a legend, and a table of
 * its numbers that opens below.
 * @param {Component} node
 * @param {import("./i18n.js").Locale} locale
 * @returns {HTMLElement}
 */
export function drawChart(node, locale)
{
	const rows = (Array.isArray(node.data) ? node.data : [])
	    .filter(row => row !== null && typeof row === "object")
	    .slice(0, MAX_ROWS);
	const axis = node.xAxis;
	const key = String(typeof axis === "object" ? axis?.dataKey : axis);
	const labels = rows.map(row => {
		const own = axis?.labels?.[row[key]];
		return String(own ?? row[key] ?? "");
	});
	const series = seriesOf(node, rows);
	const name = locale.t("chart.label", {
		names: series.map(one => one.label).join(", "),
		n: rows.length });

	return h("figure", { class: "ck-chart" },
	    plot(node, rows.length, labels, series, name, locale),
	    node.showLegend !== false && series.length > 0 ? h("ul",
		{ class: "ck-chart-legend", role: "list" },
		series.map(one => h("li", null, h("span", {
			class: "ck-chart-key",
			style: { background: one.color } }),
		    h("bdi", { text: one.label })))) : null,
	    h("details", null, h("summary", {
		text: locale.t("chart.numbers") }),
	    numbers(labels, series, locale)));
}

/**
 * @param {string[]} labels
 * @param {Series[]} series
 * @param {import("./i18n.js").Locale} locale
 */
function numbers(labels, series, locale)
{
	return h("div", { class: "ck-w-table", tabindex: "0", role: "group",
		"aria-label": locale.t("table.label") }, h("table", null,
	    h("thead", null, h("tr", null, h("td"), series.map(one =>
		h("th", { scope: "col", dir: "auto", text: one.label })))),
	    h("tbody", null, labels.map((label, i) => h("tr", null,
		h("th", { scope: "row", dir: "auto", text: label }),
		series.map(({ values }) => h("td", { text:
		    values[i] === null ? "" :
		    locale.number(Number(values[i])) })))))));
}

/**
 * @param {Component} node
 * @param {number} n rows
 * @param {string[]} labels
 * @param {Series[]} series
 * @param {string} name
 * @param {import("./i18n.js").Locale} locale
 */
function plot(node, n, labels, series, name, locale)
{
	const stacked = stack(series);
	const all = stacked.flatMap(one => one.tops.concat(one.bases));
	const scale = ticks(Math.min(0, ...all), Math.max(0, ...all));
	const low = scale[0], high = scale[scale.length - 1];
	const left = node.showYAxis ? 56 : 8, right = WIDTH - 8;
	const top = 12, bottom = HEIGHT - 28;
	const slot = (right - left) / Math.max(n, 1);
	const y = (/** @type {number} */ v) => Number((bottom - (v - low) /
	    (high - low || 1) * (bottom - top)).toFixed(2));
	const x = (/** @type {number} */ i) => Number((left + slot *
	    (i + .5)).toFixed(2));
	const svg = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
		role: "img", "aria-label": name });

	for (const v of scale) {
		svg.append(s("line", { x1: left, x2: right, y1: y(v),
			y2: y(v), class: v === 0 ? "ck-chart-zero" :
			"ck-chart-line" }));
		if (node.showYAxis)
			svg.append(s("text", { x: left - 8, y: y(v) + 4,
				"text-anchor": "end" }, locale.number(v)));
	}
	const every = Math.max(1, Math.ceil(n * 80 / (right - left)));
	if (!node.xAxis?.hide)
		labels.forEach((label, i) => i % every === 0 && svg.append(
		    s("text", { x: x(i), y: HEIGHT - 8,
			"text-anchor": "middle" }, label.length > 14 ?
			`${label.slice(0, 13)}…` : label)));
	svg.append(...bars(stacked, n, slot, x, y, labels, locale));
	for (const one of stacked.filter(({ type }) => type !== "bar"))
		svg.append(...curve(one, x, y));
	return svg;
}

/** @typedef {Series & {bases: number[], tops: number[]}} Stacked */

/**
 * Each value on top of those of the same stack.
 * @param {Series[]} series
 * @returns {Stacked[]}
 */
function stack(series)
{
	/** @type {Map<string, number[]>} */
	const heights = new Map();

	return series.map(one => {
		const on = one.stack === undefined ? [] :
		    heights.get(one.stack) ?? [];
		const bases = one.values.map((_, i) => on[i] ?? 0);
		const tops = one.values.map((v, i) => bases[i] + (v ?? 0));
		if (one.stack !== undefined)
			heights.set(one.stack, tops);
		return { ...one, bases, tops };
	});
}

/**
 * @param {Stacked[]} series
 * @param {number} n
 * @param {number} slot
 * @param {(i: number) => number} x
 * @param {(v: number) => number} y
 * @param {string[]} labels
 * @param {import("./i18n.js").Locale} locale
 * @returns {Element[]}
 */
function bars(series, n, slot, x, y, labels, locale)
{
	const own = series.filter(({ type }) => type === "bar");
	const columns = [...new Set(own.map((one, i) => one.stack ?? i))];
	const wide = Math.min(48, slot * .72 / Math.max(columns.length, 1));

	return own.flatMap((one, i) => one.values.map((v, row) => {
		const column = columns.indexOf(one.stack ?? i);
		const from = y(one.bases[row]), to = y(one.tops[row]);
		const bar = s("rect", {
			x: x(row) - wide * columns.length / 2 +
			    wide * column + 1,
			y: Math.min(from, to), width: Math.max(wide - 2, 1),
			height: Math.abs(from - to), rx: 3,
		});
		bar.style.setProperty("fill", one.color);
		bar.append(s("title", {}, `${labels[row]}, ${one.label}: ` +
		    locale.number(v ?? 0)));
		return bar;
	}));
}

/**
 * A line, with its area below; a gap where a value is missing.
 * @param {Stacked} one
 * @param {(i: number) => number} x
 * @param {(v: number) => number} y
 * @returns {Element[]}
 */
function curve(one, x, y)
{
	/** @type {number[][]} */
	const runs = [[]];

	one.values.forEach((v, i) => {
		if (v === null)
			runs.push([]);
		else
			runs[runs.length - 1].push(i);
	});
	return runs.filter(run => run.length > 0).flatMap(run => {
		const over = run.map(i => `${x(i)} ${y(one.tops[i])}`);
		const under = run.map(i => `${x(i)} ${y(one.bases[i])}`);
		const line = s("path", { d: `M${over.join("L")}h.01`,
			class: run.length > 1 ? "ck-chart-curve" :
			    "ck-chart-curve ck-chart-point" });
		line.style.setProperty("stroke", one.color);
		if (one.type !== "area")
			return [line];
		const area = s("path", { d: `M${over.join("L")}L` +
			`${under.reverse().join("L")}Z`,
			class: "ck-chart-area" });
		area.style.setProperty("fill", one.color);
		return [area, line];
	});
}
