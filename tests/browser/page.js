// SPDX-License-Identifier: MIT
// Look at a page with a headless Chromium: page.js CHROMIUM PAGE SCREENSHOTS
//
// Needs puppeteer-core and axe-core, found by NODE_PATH.  Prints a line of TAP-like text for
// each rule, "ok ..." or "not ok ...": nothing runs but the page's own script, nothing is
// loaded, axe finds nothing, tables sort, and the page fits at each width.
const fs = require('fs');
const path = require('path');
const { pathToFileURL } = require('url');
const puppeteer = require('puppeteer-core');
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const [chromium, file, shots] = process.argv.slice(2);
const url = pathToFileURL(path.resolve(file)).href;

function say(good, what, why) {
	console.log((good ? 'ok ' : 'not ok ') + what + (good || !why ? '' : ': ' + why));
}

async function open(browser, width, scheme, script) {
	const page = await browser.newPage();
	page.complaints = [];
	page.requests = [];
	await page.setJavaScriptEnabled(script);
	await page.setViewport({ width, height: 900 });
	await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
	page.on('dialog', (d) => { page.complaints.push('dialog ' + d.message()); d.dismiss(); });
	page.on('pageerror', (e) => page.complaints.push(String(e)));
	page.on('console', (m) => page.complaints.push(m.text()));
	page.on('request', (r) => page.requests.push(r.url()));
	await page.goto(url);
	return page;
}

async function checkOne(browser, width, scheme) {
	const what = `${width} pixels, ${scheme}`;
	const page = await open(browser, width, scheme, true);
	const fits = await page.evaluate(() =>
		document.documentElement.scrollWidth <= document.documentElement.clientWidth);
	say(fits, `fits into ${what}`);
	await page.screenshot({ path: path.join(shots, `${width}-${scheme}.png`), fullPage: true });
	say(page.complaints.length === 0, `nothing is refused or printed, ${what}`, page.complaints.join('; '));
	say(page.requests.length === 1, `nothing else is loaded, ${what}`, page.requests.join(' '));
	const pwned = await page.evaluate(() => [document.querySelectorAll('script').length,
		document.querySelectorAll('img,iframe,object,a,form,[onerror],[onload]').length,
		typeof window.pwned].join());
	say(pwned === '1,0,undefined', `no name became markup, ${what}`, pwned);
	await page.close();
}

async function checkAxe(browser, scheme) {
	const page = await open(browser, 1000, scheme, true);
	await page.setBypassCSP(true);
	await page.reload();
	await page.evaluate(axe);
	const found = await page.evaluate(() => window.axe.run());
	say(found.violations.length === 0, `axe finds nothing, ${scheme}`,
		found.violations.map((v) => v.id + ' ' + v.nodes.map((n) => n.html.slice(0, 120)).join(' | ')).join('; '));
	await page.close();
}

async function checkSort(browser) {
	const page = await open(browser, 1000, 'light', true);
	const sorted = await page.evaluate(() => {
		const t = document.querySelector('table');
		const read = (i) => [...t.tBodies[0].rows].map((r) => i ? Number(r.cells[i].dataset.v) : r.cells[0].textContent);
		const press = (i) => t.tHead.rows[0].cells[i].firstChild.click();
		const is = (a, f) => a.every((x, i) => i === 0 || f(a[i - 1], x));
		const result = [];
		press(5);
		result.push(is(read(5), (a, b) => a >= b) && t.tHead.rows[0].cells[5].ariaSort === 'descending');
		press(5);
		result.push(is(read(5), (a, b) => a <= b) && t.tHead.rows[0].cells[5].ariaSort === 'ascending');
		press(0);
		result.push(is(read(0), (a, b) => a >= b) && !t.tHead.rows[0].cells[5].hasAttribute('aria-sort'));
		return result.join();
	});
	say(sorted === 'true,true,true', 'tables sort by number and by name', sorted);
	await page.close();
}

async function checkWithoutScript(browser) {
	const page = await open(browser, 1000, 'light', false);
	const text = await page.$eval('main', (m) => m.innerText);
	say(/Days/.test(text) && /Total/.test(text), 'everything is there without a script');
	const pdf = await page.pdf({ format: 'A4' });
	say(pdf.length > 10000, 'it prints');
	await page.close();
}

(async () => {
	const browser = await puppeteer.launch({ executablePath: chromium, headless: true,
		args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
	try {
		for (const scheme of ['light', 'dark']) {
			for (const width of [360, 800, 1400])
				await checkOne(browser, width, scheme);
			await checkAxe(browser, scheme);
		}
		await checkSort(browser);
		await checkWithoutScript(browser);
	} finally {
		await browser.close();
	}
})().catch((e) => { console.log('not ok ' + String(e).split('\n')[0]); process.exit(1); });
