// The distress desk in a real browser: every act of the page on a desk of its own (test/distress-fixture.mjs), a flood, four languages, no violation
// that axe finds; and, where tests/distress_console_test.py gives a world of real nodes, between two parties.
//
//   node test/distress.spec.mjs SCREENSHOTS [WORLD.json]
//
// WORLD.json: {"parties": {"north": {"url"}, "south", "relief"}, "burst": "FFFE2F…", "suspended": true}
// Exit status: 0 passed, 1 failed, 77 skipped: no Chromium, or console/dist is missing.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { distressFixture } from './distress-fixture.mjs';
import { startSyntheticNode } from './synthetic-node.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const [, , screenshots = join(here, '../../build/dev/screenshots'), worldFile] = process.argv;
const browserPath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
function skip(why) {
  console.log(`SKIPPED: ${why}`);
  process.exit(77);
}
if (!browserPath) skip('no Chromium (tools/install-deps installs it; CHROMIUM names another)');
if (!existsSync(join(here, '../dist/index.html'))) skip('console/dist is missing: npm ci && npm run build in console/');
mkdirSync(screenshots, { recursive: true });
const axe = readFileSync(join(here, '../node_modules/axe-core/axe.min.js'), 'utf8');
const world = worldFile ? JSON.parse(readFileSync(worldFile, 'utf8')) : null;

async function until(what, probe, limit_ms = 90_000) {
  const end = Date.now() + limit_ms;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${limit_ms / 1000} s: ${what}`);
    await new Promise((r) => setTimeout(r, 150));
  }
}
const words = (page, selector) => page.evaluate((s) => (document.querySelector(s)?.innerText ?? '').replace(/[\u2066-\u2069]/g, ''), selector);
const see = (page, text, selector = 'main') => until(`"${text}" stands on the screen`, async () => (await words(page, selector)).includes(text));
const count = (page, selector) => page.evaluate((s) => document.querySelectorAll(s).length, selector);
const shot = (page, name) => page.screenshot({ path: join(screenshots, `distress-${name}.png`) });
const go = (page, hash) => page.evaluate((h) => (location.hash = h), hash);

const problems = [];
const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-gpu', '--disable-accelerated-2d-canvas'] });
async function open(url, settings = {}, viewport = { width: 1280, height: 720 }) {
  const context = await browser.newContext({ viewport });
  context.setDefaultTimeout(90_000); // a busy machine
  await context.addInitScript((s) => {
    if (!localStorage.getItem('skypact.settings')) localStorage.setItem('skypact.settings', s);
    document.addEventListener('securitypolicyviolation', (e) => console.error(`POLICY ${e.violatedDirective} ${e.blockedURI}`));
  }, JSON.stringify(settings));
  const page = await context.newPage();
  page.on('console', (m) => /POLICY|Content Security Policy/.test(m.text()) && problems.push(m.text()));
  page.on('pageerror', (e) => problems.push(String(e)));
  await page.goto(url, { waitUntil: 'commit' });
  return page;
}
async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  return found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')}`);
}
async function hold(page, label) {
  const button = page.getByRole('button', { name: label });
  await button.focus();
  await page.keyboard.down('Space');
  await until(`"${label}" was held`, async () => (await count(page, '[data-action=hold]')) === 0);
  await page.keyboard.up('Space');
}

const desk = distressFixture();
const node = await startSyntheticNode(40, 0, desk);
const url = `http://127.0.0.1:${node.port}/`;
let page;
const posted = (act) => desk.received.map((r) => ({ ...r, body: r.path.endsWith('/acts') ? JSON.parse(r.body) : r.body })).filter((r) => r.body.act === act);

const checks = [
  ['cases stand in the rail of every page, the gravest first, and the picture stays uncovered', async () => {
    page = await open(`${url}#/picture`);
    await see(page, 'NAF12', '[data-cases]');
    assert.match(await words(page, '[data-cases]'), /NAF12[\s\S]*DETRESFA[\s\S]*others: 2/);
    const rail = await page.evaluate(() => document.querySelector('aside').getBoundingClientRect().left);
    assert.ok((await page.evaluate(() => document.querySelector('[data-cases]').getBoundingClientRect().left)) >= rail);
    await shot(page, 'rail');
  }],
  ['one key leads to the board: gravest first, what is proposed above what is declared, who has not answered, exercises last', async () => {
    await page.locator('body').press('g');
    await until('the board', async () => (await count(page, 'tr[data-case]')) === 4);
    assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll('tr[data-case]')].map((r) => r.dataset.case)), ['D-0007/26', 'D-0009/26', 'D-0008/26', 'D-0010/26']);
    const first = await words(page, 'tr[data-case="D-0007/26"]');
    for (const said of ['ALERFA', 'DETRESFA', 'higher proposed', 'NAF12', 'general emergency', 'exact position withheld', 'nobody leads', 'no answer: 1', 'asks you to keep clear']) assert.ok(first.includes(said), `${said} in ${first}`);
    assert.ok((await words(page, 'tr[data-case="D-0009/26"]')).includes('nothing on the radio'));
    assert.ok((await words(page, 'tr[data-case="D-0010/26"]')).includes('EXERCISE'));
    assert.ok((await words(page, 'tr[data-case="D-0008/26"]')).includes('contradictions: 1'));
    assert.deepEqual(await violations(page), []);
    await shot(page, 'board');
  }],
  ['a new case appears as it comes, sounds, and is said to screen readers', async () => {
    await page.evaluate(() => {
      window.tones = 0;
      const make = AudioContext.prototype.createOscillator;
      AudioContext.prototype.createOscillator = function () { window.tones++; return make.call(this); };
    });
    node.say(desk.add(20, { title: 'FRESH1', proposed: 'DETRESFA', age_s: 1 }));
    await see(page, 'FRESH1');
    await until('it is said', async () => (await words(page, 'header [aria-live]')).includes('FRESH1'));
    await until('it sounds', () => page.evaluate(() => window.tones > 0));
    desk.cases.find((c) => c.id === 20).status = 'closed';
  }],
  ['a case shows its frequencies first, with the sentence in both languages and the radio when the line is down', async () => {
    await go(page, '#/distress/D-0007-26');
    await see(page, '121.500 MHz');
    const boxes = await page.evaluate(() => ['#case-channels', '#case-where', '#case-telling'].map((s) => document.querySelector(s).getBoundingClientRect().top));
    assert.ok(boxes[0] < boxes[1] && boxes[0] < boxes[2] && boxes[0] < 300, `frequencies at ${boxes}`);
    const channels = await words(page, '#case-channels');
    for (const said of ['CORRIDOR GUARD', 'Aircraft NAF12 is in distress', 'NAF12 est en détresse', 'Call CORRIDOR GUARD on 121.500 MHz', 'every 5 min']) assert.ok(channels.includes(said), `${said} in ${channels}`);
    await page.locator('#case-channels select').selectOption('ru');
    await see(page, 'терпит бедствие', '#case-channels');
    assert.deepEqual(await violations(page), []);
    await shot(page, 'case');
    await page.locator('#case-where').scrollIntoViewIfNeeded();
    await shot(page, 'case-where');
    await page.locator('#case-telling').scrollIntoViewIfNeeded();
    await shot(page, 'case-telling');
  }],
  ['an officer declares, leads, tells, takes an answer, accepts the circle and marks a helper, each by itself', async () => {
    await page.getByRole('button', { name: 'Declare a phase' }).click();
    assert.ok(await page.getByRole('radio', { name: /DETRESFA/ }).isChecked(), 'what is proposed is chosen');
    await page.getByLabel('Reason').fill('wing seen to break');
    await page.keyboard.press('Enter');
    await until('declared', () => posted('declare_phase').length === 1);
    assert.deepEqual(posted('declare_phase')[0].body, { act: 'declare_phase', phase: 'DETRESFA', reason: 'wing seen to break' });
    await page.getByRole('button', { name: 'Take the lead' }).click();
    await see(page, 'You lead');
    await page.getByRole('button', { name: 'Accept' }).click();
    await until('accepted', () => posted('answer_keep_clear').length === 1);
    await see(page, 'accepted', '[data-keep-clear="1"]');
    await page.getByRole('button', { name: 'Mark as assisting' }).click();
    await until('assists', () => posted('assist').length === 1);
    const centre = page.locator('[data-addressee="rcc-north"]');
    await centre.getByRole('button', { name: 'Told by voice' }).click();
    await until('told', () => posted('tell').length === 1);
    await centre.getByRole('button', { name: 'Has answered' }).click();
    await centre.getByLabel('How far down it got').selectOption('crew');
    await centre.getByRole('button', { name: 'Do it' }).click();
    await until('answered', () => posted('answered')[0]?.body.depth === 'crew');
    await see(page, 'reached the crew');
    await page.locator('[data-addressee="south"]').getByRole('button', { name: 'Send again' }).click();
    await until('sent', () => desk.received.some((r) => r.path.endsWith('/tell') && r.body.includes('south')));
  }],
  ['the exact position is released only by holding, and what it does is said before', async () => {
    await see(page, 'What was told cannot be taken back');
    await page.getByRole('button', { name: /^Release the exact position/ }).click();
    const button = page.getByRole('button', { name: 'Hold to release the exact position' });
    await button.focus();
    await page.keyboard.press('Space');
    await new Promise((r) => setTimeout(r, 300));
    assert.equal(posted('release_exact').length, 0, 'a touch does nothing');
    await hold(page, 'Hold to release the exact position');
    await until('released', () => posted('release_exact').length === 1);
    await see(page, 'Released by');
  }],
  ['what the node refuses is said where it was done; a case is closed with a reason, by holding, and opened again', async () => {
    await page.getByRole('button', { name: 'Say whose it is' }).click();
    await page.locator('form.act').getByLabel('Reason').fill('x');
    await page.keyboard.press('Enter');
    await see(page, 'this node takes no identify here');
    await page.getByRole('button', { name: 'Close …' }).click();
    assert.ok(await page.getByRole('button', { name: 'Hold to close the case' }).isDisabled(), 'no reason yet');
    await page.locator('form.act').getByLabel('Reason').selectOption('rescued');
    await hold(page, 'Hold to close the case');
    await see(page, 'Closed: rescued');
    await page.getByRole('button', { name: 'Reopen' }).click();
    await page.locator('form.act').getByLabel('Reason').fill('another call');
    await page.keyboard.press('Enter');
    await until('open again', () => posted('reopen').length === 1);
  }],
  ['of unlawful interference nothing is offered that would be spoken, and it says why', async () => {
    await go(page, '#/distress/D-0009-26');
    await see(page, 'say nothing of this on the radio');
    const said = await words(page, 'main');
    assert.ok(said.includes('Those on board hear the radio'));
    for (const not of ['To be spoken', 'If the line is down', 'Told by voice', 'is in distress']) assert.ok(!said.includes(not), not);
    await shot(page, '7500');
  }],
  ['positions on two continents stand beside each other, marked', async () => {
    await go(page, '#/distress/8');
    await see(page, 'contradicts the newest');
    assert.equal(await count(page, 'tr[data-against=true]'), 1);
    await page.locator('#case-where').scrollIntoViewIfNeeded();
    await new Promise((r) => setTimeout(r, 800));
    await shot(page, 'two-continents');
  }],
  ['a guard report, a beacon that cannot be read and a wrong frequency each get their answer', async () => {
    await go(page, '#/distress/new');
    await page.getByLabel('Frequency, MHz').fill('121.5.5');
    await page.getByRole('button', { name: 'Report', exact: true }).click();
    await see(page, 'The frequency is not understood');
    await page.getByLabel('Frequency, MHz').fill('243');
    await page.getByLabel('Words as heard').fill('MAYDAY MAYDAY');
    await page.getByLabel('Callsign').fill('mercy4');
    await page.getByLabel('Position', { exact: true }).fill('49.5 8.5');
    await page.getByRole('button', { name: 'Report', exact: true }).click();
    await see(page, 'MERCY4');
    const sent = JSON.parse(desk.received.find((r) => r.path.endsWith('/reports')).body);
    assert.deepEqual({ ...sent }, { kind: 'guard_report', khz: 243000, words: 'MAYDAY MAYDAY', emergency: 'general', callsign: 'MERCY4', place: { lat_deg: 49.5, lon_deg: 8.5, uncertainty_m: 9260 } });
    assert.deepEqual(await violations(page), []);
    await shot(page, 'report');
    await go(page, '#/distress/new?form=beacon');
    await page.getByLabel('Text as it came').fill('FFFE2F00');
    await page.getByRole('button', { name: 'Report', exact: true }).click();
    await see(page, 'BCH-1 does not fit');
  }],
  ['under a flood of 300 cases the gravest are shown and the others counted', async () => {
    for (let i = 0; i < 300; i++) node.say(desk.add(1000 + i, { title: `BCN${i}`, kind: 'beacon', emergency: 'beacon', proposed: i % 3 ? 'INCERFA' : 'ALERFA', age_s: 5, place: { lat_deg: 48 + (i % 17) * 0.1, lon_deg: 7 + (i % 23) * 0.1 } }));
    await go(page, '#/distress');
    await until('counted', async () => (await count(page, '[data-rest]')) === 1);
    const rows = await count(page, 'tr[data-case]');
    assert.equal(rows, 40);
    assert.match(await page.evaluate(() => document.querySelector('tr[data-case]').dataset.phase), /DETRESFA/);
    assert.match(await words(page, '[data-rest]'), /INCERFA/);
    assert.equal(await count(page, 'aside [data-case]'), 2, 'the rail stays a rail');
    await shot(page, 'flood');
    await page.getByRole('button', { name: 'Show 40 more' }).click();
    await until('more', async () => (await count(page, 'tr[data-case]')) === 80);
    assert.deepEqual(await violations(page), []);
  }],
  ['by day, from right to left and narrow it reads as well', async () => {
    for (const [name, hash, settings, size] of [
      ['case-day', '#/distress/D-0007-26', { theme: 'day' }, [1280, 720]], ['case-ar', '#/distress/D-0007-26', { language: 'ar' }, [1280, 720]], ['board-ar', '#/distress', { language: 'ar' }, [1280, 720]],
      ['board-ru-day', '#/distress', { language: 'ru', theme: 'day' }, [1280, 720]], ['case-narrow', '#/distress/D-0007-26', { language: 'fr' }, [700, 1180]],
    ]) {
      const other = await open(`${url}${hash}`, settings, { width: size[0], height: size[1] });
      await until('the page', async () => (await words(other, 'main')).length > 300);
      await new Promise((r) => setTimeout(r, 700));
      await shot(other, name);
      assert.deepEqual(await violations(other), [], name);
      const wide = await other.evaluate(() => document.querySelector('main .page').scrollWidth - document.querySelector('main .page').clientWidth);
      assert.ok(wide <= 1, `${name} is ${wide} px too wide`);
      await other.context().close();
    }
  }],
];

// ---- between real nodes
const at = (party) => world.parties[party].url;
const api = async (party, path, init) => (await fetch(`${at(party)}api/v1/distress${path}`, init)).json();
const post = (party, path, body, type = 'application/json') => api(party, path, { method: 'POST', headers: { 'Content-Type': type }, body: typeof body === 'string' ? body : JSON.stringify(body) });
let south, relief;
if (world)
  checks.push(
    [`a beacon posted at North is a case on South's board${world.suspended ? ' while the pact is suspended' : ''}, with its frequencies`, async () => {
      south = await open(`${at('south')}#/distress`);
      await until('the page', async () => (await words(south, 'main')).length > 20);
      await post('north', '/beacons', `${world.burst}\n`, 'text/plain');
      await see(south, world.title);
      await south.locator(`tr[data-case] a:has-text("${world.title}")`).first().click();
      await see(south, '121.500 MHz');
      await see(south, 'To be spoken');
      await shot(south, 'real-south');
      await south.getByRole('button', { name: 'Take the lead' }).click();
      await see(south, 'You lead');
    }],
    ["a state aircraft's exact position is nowhere in Relief's page until its owner has released it", async () => {
      const taken = await post('north', '/reports', { kind: 'manual', address: '710055', class: 'state', party: 'south', emergency: 'downed', callsign: 'STHX55', place: { lat_deg: 52.1234567, lon_deg: 4.7654321, uncertainty_m: 50 } });
      const number = taken.cases[0].number;
      relief = await open(`${at('relief')}#/distress`);
      const there = await until('Relief knows that there is a case', async () => (await api('relief', '')).cases.find((c) => c.peers.some((p) => p.case === number)));
      await go(relief, `#/distress/${there.id}`);
      await see(relief, 'Only an area may be known');
      const betrays = () => relief.evaluate(() => ['52.12345', '4.76543', '52°07.4', '004°45.9', 'STHX55', '710055'].filter((s) => document.documentElement.outerHTML.includes(s)));
      assert.deepEqual(await betrays(), []);
      await shot(relief, 'real-coarse');
      const own = await until('South has it', async () => (await api('south', '')).cases.find((c) => c.title === 'STHX55'));
      await post('south', `/${own.id}/acts`, { act: 'identify', party: 'south', class: 'state', reason: 'it is ours' });
      await go(south, `#/distress/${own.id}`);
      await south.getByRole('button', { name: /^Release the exact position/ }).click();
      assert.deepEqual(await betrays(), []);
      await hold(south, 'Hold to release the exact position');
      await see(relief, '52°07.4');
      await shot(relief, 'real-released');
    }],
  );

let failed = 0;
for (const [name, run] of checks) {
  try {
    await run();
    console.log(`ok  ${name}`);
  } catch (e) {
    failed++;
    console.log(`FAILED  ${name}\n${e.stack}`);
    for (const [p, who] of [[page, 'desk'], [south, 'south'], [relief, 'relief']]) if (p) await shot(p, `failed-${failed}-${who}`).catch(() => undefined);
  }
}
await browser.close();
node.close();
if (problems.length) {
  failed++;
  console.log(`FAILED  the page does what its policy forbids, or throws:\n${problems.join('\n')}`);
}
process.exit(failed ? 1 : 0);
