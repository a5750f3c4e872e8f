// SPDX-License-Identifier: MIT
// Parse a PowerShell script: node read_powershell.mjs NODE-MODULES FILE
// Prints each command with its words, each parameter with its type, and every
// place that the grammar does not know (exit status 1).
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, file] = process.argv.slice(2);
const require = createRequire(join(modules, "x.js"));
const { Parser, Language } = require("web-tree-sitter");

await Parser.init();
const parser = new Parser();
parser.setLanguage(
	await Language.load(join(modules, "tree-sitter-powershell/tree-sitter-powershell.wasm")));
const tree = parser.parse(readFileSync(file, "utf8"));
let wrong = 0;

function visit(node) {
	if (node.isError || node.isMissing) {
		wrong++;
		const { row, column } = node.startPosition;
		console.log(`${file}:${row + 1}:${column + 1}: not PowerShell: ${node.text}`);
	}
	if (node.type === "command")
		console.log(`command: ${node.text.replace(/\s+/g, " ")}`);
	if (node.type === "script_parameter")
		console.log(`parameter: ${node.text.replace(/\s+/g, " ")}`);
	for (let i = 0; i < node.childCount; i++)
		visit(node.child(i));
}

visit(tree.rootNode);
process.exit(wrong ? 1 : 0);
