// @ts-check
// Whether options can be worked with: what is wrong is named before anything
// is drawn from it.

/** @typedef {import("./host.js").Options} Options */
/** @typedef {string | (string | number)[] | {[name: string]: Shape}} Shape */

const [s, f, n, b, a] = ["string", "function", "number", "boolean", "array"];
const action = { icon: s, onClick: f };

/** What members have to be: a type, one of some values, or an object. */
const SHAPE = {
	api: { url: s, fetch: f, getClientSecret: f, uploadStrategy: {
		type: ["direct", "two_phase"], uploadUrl: s } },
	locale: s, frameTitle: s, initialThread: s, onClientTool: f,
	header: { enabled: b, title: { enabled: b, text: s },
		leftAction: action, rightAction: action },
	history: { enabled: b, showDelete: b, showRename: b },
	startScreen: { greeting: s, prompts: a },
	composer: { placeholder: s, tools: a, models: a,
		attachments: { enabled: b, maxCount: n, accept: {} },
		dictation: { enabled: b } },
	threadItemActions: { feedback: b, retry: b },
	disclaimer: { text: s, highContrast: b },
	entities: { onTagSearch: f, onClick: f, onRequestPreview: f,
		showComposerMenu: b },
	commands: { enabled: b, onSearch: f, onSelect: f },
	widgets: { onAction: f },
	thread: { autoScroll: b },
	taskchat: { messageMax: n, user: s, embedded: b },
};
const THEME = {
	colorScheme: ["light", "dark"],
	radius: ["pill", "round", "soft", "sharp"],
	density: ["compact", "normal", "spacious"],
	typography: { baseSize: [14, 15, 16, 17, 18], fontSources: a,
		fontFamily: s, fontFamilyMono: s },
	color: { grayscale: { hue: n, tint: n, shade: n },
		accent: { primary: s, level: [0, 1, 2, 3] },
		surface: { background: s, foreground: s } },
};

/**
 * Throw a TypeError that names every member that is wrong.  Members nobody
 * knows are let through: a newer page may have more to say than we heed.
 *
 * @param {any} options
 * @returns {asserts options is Options}
 */
export function checkOptions(options)
{
	const wrong = [...faults("options", options ?? 0, SHAPE),
	    ...faults("theme", options?.theme, typeof options?.theme ===
		"string" ? THEME.colorScheme : THEME)];
	if (!options?.api?.url && !options?.api?.getClientSecret)
		wrong.push("api.url is missing: the address of the backend");
	if (options?.composer?.attachments?.enabled &&
	    options.api?.url && !options.api.uploadStrategy)
		wrong.push("api.uploadStrategy is missing: how attachments are"
		    + " uploaded");
	if (wrong.length > 0)
		throw new TypeError(`openai-chatkit: ${wrong.join("; ")}`);
}

/**
 * @param {string} path
 * @param {any} value
 * @param {Shape} shape
 * @returns {string[]}
 */
function faults(path, value, shape)
{
	if (value === undefined || value === null)
		return [];
	if (typeof shape === "string")
		return (shape === a ? Array.isArray(value) : typeof value ===
		    shape) ? [] : [`${path} has to be of type ${shape}`];
	if (Array.isArray(shape))
		return shape.includes(value) ? [] :
		    [`${path} has to be one of ${shape.join(", ")}`];
	if (typeof value !== "object")
		return [`${path} has to be an object`];
	return Object.entries(shape).flatMap(([name, inner]) => faults(
	    path === "options" ? name : `${path}.${name}`, value[name], inner));
}
