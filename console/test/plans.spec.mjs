// Planned flights in real browsers on two real nodes that are USSs, which tests/plans_console_test.py runs: made, checked against another's, freed by
// a suggestion, taken off and ended, and seen by the other; what an observer is not offered.
//
//   node test/plans.spec.mjs WORLD.json SCREENSHOTS
//
// WORLD.json: {"parties": {"north": {"url"}, "south": {"url"}}}.
// Exit status: 0 passed, 1 failed, 77 skipped: no Chromium.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright-core';

const [, , worldFile, screenshots] = process.argv;
const world = JSON.parse(readFileSync(worldFile, 'utf8'));
const browserPath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (!browserPath) {
  console.log('SKIPPED: no Chromium (tools/install-deps installs it; CHROMIUM names another)');
  process.exit(77);
}
mkdirSync(screenshots, { recursive: true });
const axe = readFileSync(join(dirname(fileURLToPath(import.meta.url)), '../node_modules/axe-core/axe.min.js'), 'utf8');

// Patient: a busy machine is not what is tested.
async function until(what, probe, limit_ms = 120_000) {
  const began = Date.now();
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() - began > limit_ms) throw new Error(`not within ${limit_ms / 1000} s: ${what}`);
    await new Promise((r) => setTimeout(r, 100));
  }
}
const words = (page, selector) => page.evaluate((s) => (document.querySelector(s)?.innerText ?? '').replace(/[\u2066-\u2069]/g, '').replace(/[\u00a0\u202f]/g, ' '), selector);
const see = (page, text, selector = 'main') => until(`${text} stands in ${selector}`, async () => (text instanceof RegExp ? text.test(await words(page, selector)) : (await words(page, selector)).includes(text)));
const shot = (page, name) => page.screenshot({ path: join(screenshots, `plans-${name}.png`) });
const has = (page, selector) => page.evaluate((s) => document.querySelector(s) !== null, selector);

const time = (minutes) => ({ value: new Date(Date.now() + minutes * 60_000).toISOString(), format: 'RFC3339' });
const metres = (value) => ({ value, reference: 'W84', units: 'M' });
const volume = (lower = 600, upper = 700) => ({
  volume: { outline_circle: { center: { lat: 46.95, lng: 7.45 }, radius: { value: 500, units: 'M' } }, altitude_lower: metres(lower), altitude_upper: metres(upper) }, time_start: time(-1), time_end: time(60),
});

const problems = [];
const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-gpu', '--disable-accelerated-2d-canvas'] });
async function open(party, hash, settings = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(120_000);
  await context.addInitScript((s) => {
    if (!localStorage.getItem('skypact.settings')) localStorage.setItem('skypact.settings', s);
    document.addEventListener('securitypolicyviolation', (e) => console.error(`POLICY ${e.violatedDirective} ${e.blockedURI}`));
  }, JSON.stringify(settings));
  const page = await context.newPage();
  page.on('console', (m) => /POLICY|Content Security Policy/.test(m.text()) && problems.push(m.text()));
  page.on('pageerror', (e) => problems.push(String(e)));
  await page.goto(world.parties[party].url + hash, { waitUntil: 'commit' });
  await until(`${party}'s console is live`, () => page.evaluate(() => document.querySelector('header .state.ok') !== null));
  return page;
}
async function audit(page, where) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  const list = found.violations.map((v) => `${v.id} (${v.impact}): ${v.help}\n    ${v.nodes.slice(0, 4).map((n) => n.target.join(' ') + ' · ' + (n.any[0]?.message ?? '')).join('\n    ')}`);
  assert.equal(list.length, 0, `axe in ${where}:\n  ${list.join('\n  ')}`);
}
async function fill(page, text, name = '') {
  await page.locator('[data-plan=input]').fill(text);
  await page.locator('[data-plan=name]').fill(name);
}
const state = (page, name) => page.evaluate((n) => [...document.querySelectorAll('[data-plan-id]')].find((li) => li.innerText.includes(n))?.querySelector('[data-state]')?.dataset.state ?? '', name);
const act = (page, name, action) => page.locator('[data-plan-id]', { hasText: name }).locator(`[data-action=${action}]`).click();

let north, south;
const checks = [
  ['the page is in the navigation of a node that is a USS, and empty', async () => {
    north = await open('north', '#/picture');
    await north.locator('nav a', { hasText: 'Plans' }).click();
    await see(north, 'No plans.');
    await audit(north, 'the empty page');
  }],
  ['what is neither a plan nor volumes is said at once, and cannot be sent', async () => {
    await north.locator('[data-action=new-plan]').click();
    await fill(north, 'fly to the lake');
    await until('it is said', () => has(north, '[data-plan=not-read]'));
    assert.equal(await north.locator('[data-action=submit-plan]').isDisabled(), true);
    await fill(north, JSON.stringify({ volumes: [{ ...volume(), time_end: undefined }] }));
    await north.locator('[data-action=check-plan]').click();
    await see(north, /time_end/, '.problem');
  }],
  ['a plan is checked, drawn, submitted and listed', async () => {
    await fill(north, JSON.stringify({ volumes: [volume()] }), 'RELIEF1');
    await north.locator('[data-action=check-plan]').click();
    await until('nothing is in its way', () => has(north, '[data-plan=free]'));
    await until('it is on the chart', () => has(north, 'figure rect.own'));
    await shot(north, 'checked');
    await audit(north, 'a form that was checked');
    await north.locator('[data-action=submit-plan]').click();
    await until('it is accepted', async () => (await state(north, 'RELIEF1')) === 'Accepted');
    await shot(north, 'list');
  }],
  ['another party is told by what its plan is barred, takes what would be free, and sees both on the map', async () => {
    south = await open('south', '#/plans/new');
    await fill(south, JSON.stringify([volume()]), 'SOUTH7');
    await south.locator('[data-action=check-plan]').click();
    await until('it is barred', () => has(south, '[data-plan=barred]'));
    await see(south, /of north .*same priority/, '[data-plan=barred]');
    assert.equal(await south.locator('[data-action=submit-plan]').isDisabled(), true);
    await until('north’s plan is on the chart', () => has(south, 'figure rect.other'));
    await shot(south, 'barred');
    await audit(south, 'a form that is barred');
    await south.locator('[data-way=higher] button').click();
    await south.locator('[data-action=check-plan]').click();
    await until('nothing is in its way', () => has(south, '[data-plan=free]'));
    await south.locator('[data-action=submit-plan]').click();
    await until('it is accepted', async () => (await state(south, 'SOUTH7')) === 'Accepted');
    await until('north’s is among the others’', () => has(south, '[data-other]'));
  }],
  ['a plan of higher priority is told to whom it goes over, wherever the console stands', async () => {
    await north.evaluate(() => (location.hash = '#/picture'));
    await south.evaluate(() => (location.hash = '#/plans/new'));
    await fill(south, JSON.stringify({ volumes: [volume()] }), 'MEDEVAC');
    await south.locator('[data-plan=priority]').fill('10');
    await south.locator('[data-action=check-plan]').click();
    await until('it may be planned', () => has(south, '[data-plan=allowed]'));
    await south.locator('[data-action=submit-plan]').click();
    await until('it is accepted', async () => (await state(south, 'MEDEVAC')) === 'Accepted');
    await until('the navigation counts it', async () => /Plans\s*1/.test(await words(north, 'nav a:last-child')));
    await north.locator('nav a', { hasText: 'Plans' }).click();
    await see(north, /meets this flight: Accepted, priority 10/, '#pl-notes + ul');
    await act(north, 'RELIEF1', 'activate');
    await until('it may not take off', () => has(north, '[data-plan=barred]'));
    await shot(north, 'told');
    await audit(north, 'the list');
  }],
  ['a flight takes off and ends', async () => {
    await act(south, 'MEDEVAC', 'activate');
    await until('it flies', async () => (await state(south, 'MEDEVAC')) === 'Activated');
    await act(south, 'MEDEVAC', 'end');
    await until('it has ended', async () => (await state(south, 'MEDEVAC')) === '');
    await act(north, 'RELIEF1', 'activate');
    await until('now it may take off', async () => (await state(north, 'RELIEF1')) === 'Activated');
  }],
  ['a filed flight plan is read', async () => {
    const day = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(2, 10).replaceAll('-', '');
    await north.evaluate(() => (location.hash = '#/plans/new'));
    await fill(north, `(FPL-RLF12-IG -C208/L-SDFGRY/S -ZZZZ0900 -N0150F100 DCT 46N007E DCT -ZZZZ0045 -DEP/4610N00605E DEST/4610N00805E DOF/${day})`);
    await north.locator('[data-action=submit-plan]').click();
    await until('it is accepted', async () => (await state(north, 'RLF12')) === 'Accepted');
    const slider = north.locator('[data-plan=time]');
    await slider.focus();
    await north.keyboard.press('End');
    await see(north, /\d\d:\d\d/, 'figure .row');
    await shot(north, 'filed');
  }],
  ['in Arabic, from right to left, in daylight', async () => {
    const page = await open('north', '#/plans', { language: 'ar', theme: 'day' });
    await see(page, 'خططنا');
    assert.equal(await page.evaluate(() => document.documentElement.dir), 'rtl');
    await shot(page, 'arabic');
    await audit(page, 'the Arabic page');
  }],
];

let failed = 0;
for (const [name, run] of checks) {
  const began = Date.now();
  try {
    await run();
    console.log(`  ok ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  } catch (e) {
    failed++;
    console.log(`  FAILED ${name}\n${e.stack ?? e}`);
    for (const [who, page] of [['north', north], ['south', south]]) if (page) await shot(page, `failed-${failed}-${who}`).catch(() => {});
    if (!process.env.KEEP_GOING) break;
  }
}
await browser.close();
if (problems.length) console.log(`problems of the pages:\n${[...new Set(problems)].join('\n')}`);
process.exit(failed || problems.length ? 1 : 0);
