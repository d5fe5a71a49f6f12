// What a witness saw, as lines of the Test Anything Protocol.
import { isDeepStrictEqual, inspect } from "node:util";

let count = 0;
let failed = 0;

function show(value) {
	return inspect(value, { depth: 5, breakLength: 72 })
		.replace(/^/gm, "#   ");
}

export function ok(good, name, ...more) {
	count++;
	if (!good) failed++;
	console.log(`${good ? "ok" : "not ok"} ${count} - ${name}`);
	if (!good) for (const value of more) console.log(show(value));
	return Boolean(good);
}

export function is(got, wanted, name) {
	return ok(isDeepStrictEqual(got, wanted), name, got, wanted);
}

export function like(got, pattern, name) {
	return ok(typeof got === "string" && pattern.test(got), name,
		got, pattern);
}

export function note(text) {
	console.log(`# ${text}`);
}

// To be called last, whatever happened.
export function done(error) {
	if (error) ok(false, "ended by itself", error);
	console.log(`1..${count}`);
	process.exitCode = failed ? 1 : 0;
}
