// SPDX-License-Identifier: MIT
// Parse each chart of a Markdown file with mermaid's own parser: mermaid.mjs PACKAGES PAGE.md
// Prints "NUMBER charts", and fails with the first that cannot be parsed.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [packages, page] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(path.join(packages, file)).href);
const { JSDOM } = (await load('jsdom/lib/api.js')).default;
globalThis.window = new JSDOM('').window;
globalThis.document = window.document;
const mermaid = (await load('mermaid/dist/mermaid.core.mjs')).default;
const charts = [...fs.readFileSync(page, 'utf8').matchAll(/^```mermaid\n([^]*?)^```$/gm)];
for (const [, chart] of charts) {
	const kind = await mermaid.parse(chart);
	if (!kind || kind.diagramType !== 'xychart')
		throw new Error('not an xychart: ' + JSON.stringify(kind));
}
console.log(charts.length + ' charts');
