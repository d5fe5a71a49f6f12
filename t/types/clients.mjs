// The vendors' own clients read what a server says.  argv[2]: a list of
// { kind, url, body }; printed: what they made of each, or the error they
// threw, and the events they saw.
import OpenAI from "openai";
import Anthropic from "@anthropic-ai/sdk";

let url, body, events;		// of the one under way

function openai() {
	return new OpenAI({ apiKey: "key", baseURL: url, maxRetries: 0 });
}

function anthropic() {
	// it puts the version's path there by itself
	return new Anthropic({ apiKey: "key", maxRetries: 0,
		baseURL: url.replace(/\/v1$/, "") });
}

async function chat() {
	let answer;
	if (body.stream) {
		const stream = openai().chat.completions.stream(body);
		stream.on("chunk", (chunk) => events.push(chunk));
		answer = await stream.finalChatCompletion();
	} else {
		answer = await openai().chat.completions.create(body);
	}
	const { message, finish_reason } = answer.choices[0];
	return {
		text: message.content,
		calls: (message.tool_calls ?? []).map(({ function: f }) =>
			[f.name, JSON.parse(f.arguments)]),
		finish: finish_reason,
		tokens: [answer.usage.prompt_tokens,
			answer.usage.completion_tokens],
	};
}

async function responses() {
	let answer;
	if (body.stream) {
		const stream = openai().responses.stream(body);
		stream.on("event", (event) => events.push(event));
		answer = await stream.finalResponse();
	} else {
		answer = await openai().responses.create(body);
	}
	const of = (type) => answer.output.filter((o) => o.type === type);
	return {
		text: answer.output_text,
		calls: of("function_call").map((call) =>
			[call.name, JSON.parse(call.arguments)]),
		thoughts: of("reasoning").map((item) =>
			[item.summary[0]?.text, item.encrypted_content]),
		finish: answer.incomplete_details?.reason ?? answer.status,
		tokens: [answer.usage.input_tokens,
			answer.usage.output_tokens],
	};
}

async function messages() {
	let answer;
	if (body.stream) {
		const stream = anthropic().messages.stream(body);
		stream.on("streamEvent", (event) =>
			events.push(structuredClone(event)));
		answer = await stream.finalMessage();
	} else {
		answer = await anthropic().messages.create(body);
	}
	const of = (type) => answer.content.filter((b) => b.type === type);
	return {
		text: of("text").map((b) => b.text).join(""),
		calls: of("tool_use").map((call) => [call.name, call.input]),
		thoughts: of("thinking").map((b) => [b.thinking, b.signature]),
		finish: answer.stop_reason,
		tokens: [answer.usage.input_tokens,
			answer.usage.output_tokens],
	};
}

const readers = {
	"openai": chat,
	"openai-responses": responses,
	"anthropic": messages,
};
const said = [];
for (const wish of JSON.parse(process.argv[2])) {
	({ url, body } = wish);
	events = [];
	try {
		const answer = await readers[wish.kind]();
		said.push({ answer, events });
	} catch (error) {
		said.push({ events, error: { status: error.status ?? null,
			name: error.constructor.name } });
	}
}
console.log(JSON.stringify(said));
