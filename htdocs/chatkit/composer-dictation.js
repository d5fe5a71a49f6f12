// @ts-check
// Dictation: what is said into the microphone becomes text at the caret, for
// the person to look over; it is never sent by itself.  Loaded on first use.

import "./more.js";
import { insert } from "./composer-text.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./composer.js").Composer} Composer */
/** @typedef {import("./i18n.js").Key} Key */

/** What the protocol names, in the order we like them. */
const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
/** A recording ends by itself after this many seconds. */
const LONGEST = 300;

/**
 * What a browser says of a microphone it does not give.
 * @type {Record<string, Key>}
 */
const REFUSALS = {
	NotAllowedError: "dictation.refused",
	SecurityError: "dictation.refused",
	NotFoundError: "dictation.no_microphone",
	OverconstrainedError: "dictation.no_microphone",
	NotReadableError: "dictation.in_use",
	NotSupportedError: "dictation.unsupported",
};

/**
 * Take the place of the composer's buttons until what was said is text.
 * @param {Composer} composer
 */
export async function dictate(composer)
{
	if (composer.dictation)
		return;
	const dictation = new Dictation(composer);
	composer.dictation = dictation;
	composer.row.before(dictation.element);
	composer.row.hidden = true;
	await dictation.run();
}

export class Dictation {
	#stopped = new AbortController();
	#time = h("span", { class: "ck-dictation-time",
	    "aria-hidden": "true" });
	#what = h("span", { class: "ck-dictation-what" });
	#done = h("button", { type: "button", class: "ck-button ck-primary" });
	/** @type {MediaRecorder | null} */
	#recorder = null;

	/** @param {Composer} composer */
	constructor(composer)
	{
		this.composer = composer;
		void composer.host.style("panels.css");
		const t = composer.host.locale.t.bind(composer.host.locale);
		this.#done.append(icon("check"), t("dictation.done"));
		this.#done.addEventListener("click", () =>
		    this.#recorder?.stop());
		this.#done.disabled = true;
		this.#what.textContent = t("dictation.asking");
		this.element = h("div", { class: "ck-dictation", role: "group",
		    "aria-label": t("composer.dictate") },
		    h("span", { class: "ck-dictation-dot" }), this.#what,
		    this.#time, h("button", { type: "button",
			class: "ck-button ck-quiet",
			text: t("dictation.cancel"),
			on: { click: () => this.cancel() } }), this.#done);
	}

	async run()
	{
		const { composer } = this;
		const { host } = composer;
		const { signal } = this.#stopped;
		let text = "";
		try {
			const audio = await this.#record();
			this.element.classList.remove("ck-recording");
			this.#what.textContent =
			    host.locale.t("dictation.transcribing");
			host.announce(this.#what.textContent);
			this.#done.disabled = true;
			const answer = await host.conversation.post(
			    "input.transcribe", {
				audio_base64: await base64(audio),
				mime_type: audio.type,
			    }, { signal });
			text = String(answer?.text ?? "").trim();
		} catch (error) {
			if (signal.aborted)
				return;
			this.#leave();
			const name = error instanceof Error ? error.name : "";
			if (name in REFUSALS)
				composer.say(host.locale.t(REFUSALS[name]));
			else
				host.fail(error);
			return;
		}
		if (signal.aborted)
			return;
		this.#leave();
		if (text)
			insert(composer, text);
		else
			composer.say(host.locale.t("dictation.nothing"));
	}

	/** @returns {Promise<Blob>} what was said until Done */
	async #record()
	{
		const { host } = this.composer;
		const { signal } = this.#stopped;
		if (!navigator.mediaDevices || !("MediaRecorder" in globalThis))
			throw new DOMException("", "NotSupportedError");
		const stream = await navigator.mediaDevices
		    .getUserMedia({ audio: true });
		const end = () => {
			for (const track of stream.getTracks())
				track.stop();
		};
		if (signal.aborted) {
			end();
			throw signal.reason;
		}
		try {
			const type = TYPES.find((one) =>
			    MediaRecorder.isTypeSupported(one));
			const recorder = new MediaRecorder(stream,
			    type ? { mimeType: type } : {});
			this.#recorder = recorder;
			return await new Promise((resolve, reject) => {
				/** @type {Blob[]} */
				const pieces = [];
				recorder.ondataavailable = (e) =>
				    pieces.push(e.data);
				recorder.onerror = () =>
				    reject(new DOMException("",
				    "NotReadableError"));
				recorder.onstop = () => resolve(new Blob(pieces,
				    { type: type ?? recorder.mimeType }));
				signal.addEventListener("abort", () =>
				    reject(signal.reason));
				recorder.start();
				this.#what.textContent =
				    host.locale.t("dictation.recording");
				host.announce(this.#what.textContent);
				this.element.classList.add("ck-recording");
				this.#done.disabled = false;
				this.#done.focus();
				this.#count(recorder);
			});
		} finally {
			end();
		}
	}

	/** @param {MediaRecorder} recorder */
	#count(recorder)
	{
		let seconds = -1;
		const tick = () => {
			seconds++;
			this.#time.textContent = `${Math.floor(seconds / 60)}:${
			    String(seconds % 60).padStart(2, "0")}`;
			if (seconds >= LONGEST &&
			    recorder.state === "recording")
				recorder.stop();
		};
		tick();
		const timer = setInterval(tick, 1000);
		const stop = () => clearInterval(timer);
		recorder.addEventListener("stop", stop);
		this.#stopped.signal.addEventListener("abort", stop);
	}

	/**
	 * End it and keep nothing.
	 * @returns {boolean} always true: there was something to end
	 */
	cancel()
	{
		this.#stopped.abort();
		if (this.#recorder?.state === "recording")
			this.#recorder.stop();
		this.#leave();
		return true;
	}

	#leave()
	{
		this.element.remove();
		this.composer.dictation = null;
		this.composer.row.hidden = false;
		this.composer.focus();
	}
}

/**
 * @param {Blob} blob
 * @returns {Promise<string>}
 */
function base64(blob)
{
	return new Promise((resolve, reject) => {
		const reader = new FileReader();
		reader.onload = () => resolve(String(reader.result)
		    .replace(/^[^,]*,/, ""));
		reader.onerror = () => reject(reader.error);
		reader.readAsDataURL(blob);
	});
}
