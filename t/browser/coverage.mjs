// coverage.mjs DIR: how much of htdocs the tests executed that left what
// Chromium counted in DIR, file by file; fails below 90 % of the lines.
import { readFileSync, readdirSync } from "node:fs";
import { CoverageReport } from "monocart-coverage-reports";

const dir = process.argv[2];
const least = 90;
const report = new CoverageReport({
	logging: "error",
	outputDir: `${dir}/report`,
	reports: ["v8-json"],
	sourcePath: (path) => path.replace(/^[^/]*\/?/, ""),
});
for (const name of readdirSync(dir).filter((n) => n.endsWith(".json"))) {
	const entries = JSON.parse(readFileSync(`${dir}/${name}`, "utf8"))
		// each test has a port of its own; the file is the same
		.map((e) => ({ ...e, url: e.url.replace(/^http:..[^/]*/,
			"http://taskchat").replace(/\?.*/, "") }));
	if (entries.length) await report.add(entries);
}
const { files } = await report.generate();
let lines = 0, covered = 0;
for (const file of files.sort((a, b) => a.url < b.url ? -1 : 1)) {
	const of = file.summary.lines;
	lines += of.total;
	covered += of.covered;
	const missed = Object.entries(file.data.lines ?? {})
		.filter(([, n]) => n === 0).map(([n]) => Number(n));
	console.log(`${String(of.pct).padStart(6)} %  ` +
		`${String(of.covered).padStart(4)}/${String(of.total).padEnd(4)}  ` +
		`${new URL(file.url).pathname}  ${ranges(missed)}`);
}
const all = Math.round(covered / lines * 1000) / 10;
console.log(`${all} % of ${lines} lines of htdocs`);
process.exitCode = all < least ? 1 : 0;

function ranges(numbers) {
	const out = [];
	for (const n of numbers) {
		const last = out.at(-1);
		if (last && last[1] === n - 1) last[1] = n;
		else out.push([n, n]);
	}
	return out.map(([a, b]) => a === b ? a : `${a}-${b}`).join(" ")
		.slice(0, 100);
}
