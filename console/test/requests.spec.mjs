// Requests for clearances in real browsers on three real nodes, which tests/requests_console_test.py runs: asked in the form, asked back, approved with
// conditions, cleared, amended, revoked and acknowledged; what is late, refused and withdrawn; what an observer is not offered; who flies without.
//
//   node test/requests.spec.mjs WORLD.json SCREENSHOTS
//
// WORLD.json: {"password", "parties": {"north": {"url"}, "south", "relief", "alone"}}; Relief's node has the accounts officer and watcher, `alone` has no peer.
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
const shot = (page, name, whole = false) => page.screenshot({ path: join(screenshots, `requests-${name}.png`), fullPage: whole });
const go = (page, hash) => page.evaluate((h) => (location.hash = h), hash);
const has = (page, selector) => page.evaluate((s) => document.querySelector(s) !== null, selector);
const seen = (page, selector, what = selector) => until(what, () => has(page, selector));
const field = (page, id) => page.locator(`[id="nf-${id}"]`);
const card = (number, party = 'north') => `[data-request="${party} ${number}"]`;
const refusedAt = (page, id, says) => until(`the field ${id} says why`, async () => says.test(await words(page, `[data-field="${id}"] .refused`)));

const api = async (party, method, path, body) => {
  const response = await fetch(world.parties[party].url + path, { method, body: body && JSON.stringify(body), headers: body ? { 'Content-Type': 'application/json' } : {} });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
};
const minute = (from_now) => new Date(Math.floor(Date.now() / 60_000 + from_now) * 60_000);
const typedMinute = (from_now) => minute(from_now).toISOString().slice(0, 16).replace('T', ' ');
const path = (number) => `api/v1/clearances/north/${number.replace('/', '-')}`;
const asked = (parties, more = {}) => ({
  request: {
    aircraft_type: 'B752', aircraft: 1, call_signs: ['NAF31'], registrations: ['N-752A'], operator: 'North Air Transport', purpose: 'cargo', cargo: 'general', persons: 4, sensors: false, armed: false,
    route: parties.map((party, i) => ({ party, entry: { name: 'ARTIP', position: [52.5, 5.5], at: minute(120 + 20 * i) }, exit: { name: 'RKN', position: [52.1, 6.7], at: minute(140 + 20 * i) }, floor: 'FL240', ceiling: 'FL280' })),
    valid: { from: minute(0), to: minute(1440) }, contact: 'Air desk of North', ...more,
  },
});

const problems = [];
const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-gpu', '--disable-accelerated-2d-canvas'] });
async function open(party, hash, settings = {}, login = null) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, permissions: ['clipboard-read', 'clipboard-write'] });
  context.setDefaultTimeout(120_000);
  await context.addInitScript((s) => {
    if (!localStorage.getItem('skypact.settings')) localStorage.setItem('skypact.settings', s);
    document.addEventListener('securitypolicyviolation', (e) => console.error(`POLICY ${e.violatedDirective} ${e.blockedURI}`));
  }, JSON.stringify(settings));
  const page = await context.newPage();
  page.on('console', (m) => /POLICY|Content Security Policy/.test(m.text()) && problems.push(m.text()));
  page.on('pageerror', (e) => problems.push(String(e)));
  await page.goto(world.parties[party].url + hash, { waitUntil: 'commit' });
  if (login) {
    // With a password of their own, because a first one may only look whatever the role.
    await until('the page may ask its node', () => page.evaluate(() => document.readyState !== 'loading'));
    const done = await page.evaluate(async ([account, password]) => {
      const post = (to, body) => fetch(to, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
      const first = await post('api/v1/session', { account, password: `${password} first` });
      const changed = await post('api/v1/session/password', { password: `${password} first`, new_password: password });
      const again = await post('api/v1/session', { account, password });
      return [first.status, changed.status, again.status];
    }, [login, world.password]);
    assert.ok([200, 201].includes(done[2]), `${login} logs in: ${done}`);
    await page.reload({ waitUntil: 'commit' });
  }
  await until(`${party}'s console is live`, () => page.evaluate(() => document.querySelector('header .state.ok') !== null)).catch(async (e) => {
    await shot(page, 'failed-open');
    throw e;
  });
  return page;
}
async function audit(page, where) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  const list = found.violations.map((v) => `${v.id} (${v.impact}): ${v.help}\n    ${v.nodes.slice(0, 4).map((n) => n.target.join(' ') + ' · ' + (n.any[0]?.message ?? '')).join('\n    ')}`);
  assert.equal(list.length, 0, `axe in ${where}:\n  ${list.join('\n  ')}`);
}
const state = (page) => page.evaluate(() => document.querySelector('.sheet [data-state]')?.dataset.state ?? '');
const inState = (page, wanted) => until(`the page says ${wanted}`, async () => (await state(page)) === wanted);
const act = async (page, name) => {
  await page.locator(`[data-act=${name}]`).click();
  await seen(page, `[data-open-act=${name}]`);
};
// With the keyboard, for as long as it wants.
async function hold(page) {
  await until('it can be held', () => page.locator('[data-action=hold]').isEnabled());
  await page.locator('[data-action=hold]').focus();
  await page.keyboard.down('Space');
  await until('it is done', async () => !(await has(page, '[data-action=hold]')) || (await has(page, '.said .refused, .problem[role=alert]')), 30_000);
  await page.keyboard.up('Space');
}
const countOf = async (page) => /Requests\s*(\d+)/.exec(await words(page, 'nav'))?.[1] ?? '';

let north, south, number, given;
const here = () => `#/requests/north-${number.replace('/', '-')}`;
const checks = [
  ['the page is in the navigation where clearances can be asked, and elsewhere it says what is missing', async () => {
    const alone = await open('alone', '#/requests');
    await see(alone, 'This node asks for no clearances and gives none');
    assert.equal(await alone.locator('nav a', { hasText: 'Requests' }).count(), 0);
    await audit(alone, 'the page of a node that cannot');
    north = await open('north', '#/picture');
    await north.locator('nav a', { hasText: 'Requests' }).click();
    await see(north, 'Nobody asks us for a clearance.');
    await audit(north, 'the empty page');
  }],
  ['what is missing is said at the first try, and what the node refuses stands beside its field', async () => {
    await north.locator('[data-action=new-request]').click();
    await seen(north, '#request-form');
    assert.equal(await has(north, '.fault'), false, 'nothing is reproached before anything was typed');
    await north.locator('[data-action=send]').click();
    await see(north, 'missing', '[data-field="aircraft_type"]');
    await until('the first of them has the focus', () => north.evaluate(() => document.activeElement?.id === 'nf-aircraft_type'));
    await field(north, 'aircraft_type').fill('HERCULES');
    for (const [id, text] of [['aircraft', '2'], ['persons', '14'], ['call_signs', 'NAF21, NAF22'], ['registrations', 'N-130A'], ['addresses', '3B00AA'], ['operator', 'North Air Transport'], ['contact', 'Air desk of North, +00 555 0100'],
      ['route[0].floor', 'FL280'], ['route[0].ceiling', 'FL240'], ['route[0].entry.name', 'ARTIP'], ['route[0].entry.position', '52°30.0N 005°30.0E'], ['route[0].entry.at', typedMinute(120)], ['route[0].exit.name', 'RKN'], ['route[0].exit.position', '5206N00642E'], ['route[0].exit.at', typedMinute(140)],
      ['valid.from', typedMinute(0)], ['valid.to', typedMinute(1440)]]) await field(north, id).fill(text);
    for (const [id, value] of [['purpose', 'humanitarian'], ['cargo', 'relief'], ['sensors', 'no'], ['armed', 'no'], ['route[0].party', 'south']]) await field(north, id).selectOption(value);
    await north.locator('[data-action=send]').click();
    await refusedAt(north, 'aircraft_type', /designator|most|8/);
    await shot(north, 'form-refused');
    await audit(north, 'a form with a refusal');
    await field(north, 'aircraft_type').fill('C130');
    await until('the refusal goes with what it spoke of', async () => !(await has(north, '.refused')));
    await north.locator('[data-action=send]').click();
    await refusedAt(north, 'route[0].floor', /above the ceiling/);
    // A part that is too many is asked of somebody, or taken away.
    await north.locator('[data-action=add-part]').click();
    await seen(north, '[data-typed-part="1"]');
    await north.locator('[data-typed-part="1"] [data-action=remove-part]').click();
  }],
  ['the form is kept while one looks elsewhere, and asks', async () => {
    await go(north, '#/tracks');
    await go(north, '#/requests/new');
    await until('it is as it was', async () => (await field(north, 'call_signs').inputValue()) === 'NAF21, NAF22');
    await field(north, 'route[0].floor').fill('FL240');
    await field(north, 'route[0].ceiling').fill('FL280');
    await north.locator('[data-action=send]').click();
    number = /north-(\d{4})-(\d\d)$/.exec(await until('its page is open', () => north.evaluate(() => /^#\/requests\/north-\d{4}-\d\d$/.test(location.hash) && location.hash))).slice(1).join('/');
    await inState(north, 'asked');
    const left = () => words(north, '[data-route] [data-wait=due] bdi');
    const first = await until('an answer is due', left);
    assert.match(first, /^\d/);
    await until('it counts down', async () => (await left()) !== first);
    await shot(north, 'asked');
    await audit(north, 'an own request');
  }],
  ['it stands in the other party’s inbox at once, with what matters, and is asked back from the card', async () => {
    south = await open('south', '#/picture');
    await until('the navigation counts it', async () => (await countOf(south)) === '1');
    await south.locator('nav a', { hasText: 'Requests' }).click();
    await seen(south, `[data-box=inbox] ${card(number)}`);
    for (const text of ['PRIORITY', 'waits for your answer', '2 × C130', 'NAF21', 'North Air Transport', 'Humanitarian', 'ARTIP', 'RKN', 'FL240', 'FL280', 'due in']) await see(south, text, card(number));
    await until('its map has coasts and the way', () => south.evaluate((s) => ['.coast', '.area', '.way'].every((c) => (document.querySelector(`${s} svg ${c}`)?.getAttribute('d') ?? '').length > 10), card(number)));
    await api('north', 'POST', 'api/v1/clearances', asked(['south'], { call_signs: ['NAF99'] }));
    await until('what has priority stands first, though it came first too', () => south.evaluate(() => document.querySelectorAll('[data-box=inbox] [data-request]').length === 2));
    assert.match(await words(south, '[data-box=inbox] [data-request]'), /PRIORITY/);
    await shot(south, 'inbox');
    await audit(south, 'the inbox');
    // By the keyboard alone.
    await south.locator('main').focus();
    await until('the card’s button is reached', async () => {
      await south.keyboard.press('Tab');
      return south.evaluate((s) => document.activeElement?.matches(`${s} [data-card-act=ask]`), card(number));
    });
    await south.keyboard.press('Enter');
    await seen(south, '[data-open-act=ask]');
    await until('one can type at once', () => south.evaluate(() => document.activeElement?.id === 'nf-text'));
    assert.equal(await south.locator('[data-action=say]').isDisabled(), true, 'a question has words');
    await south.keyboard.type('Which cargo?');
    await south.keyboard.press('Enter');
    await see(south, 'Which cargo?', '.talk');
    assert.equal(await south.evaluate(() => location.hash), here(), 'the act is not in the address any more');
    await until('the focus is not lost', () => south.evaluate(() => document.querySelector('.sheet').contains(document.activeElement)));
  }],
  ['who asks is told, replies, and is waited for no more', async () => {
    await seen(north, '[data-awaited=reply]');
    await act(north, 'reply');
    await field(north, 'text').fill('Blankets.');
    await north.locator('[data-action=say]').click();
    await see(north, 'Blankets.', '.talk');
    await until('nothing is owed', async () => !(await has(north, '.sheet [data-awaited]')));
    await seen(south, '[data-awaited=answer]');
    await see(south, 'Blankets.', '.talk');
  }],
  ['conditions that leave nothing are refused beside their field; an approval with conditions clears it, live', async () => {
    await act(south, 'approve');
    await see(south, 'You approve revision 1');
    await field(south, 'levels.floor').fill('FL300');
    await field(south, 'levels.ceiling').fill('FL320');
    await hold(south);
    await refusedAt(south, 'levels.floor', /leave nothing of what was asked/);
    await shot(south, 'conditions-refused');
    await audit(south, 'an answer with a refusal');
    for (const [id, text] of [['levels.floor', 'FL260'], ['levels.ceiling', 'FL260'], ['squawk', '4521'], ['frequency', '132.055'], ['reports', 'artip'], ['text', 'No photographs.']]) await field(south, id).fill(text);
    // A short press does nothing.
    await south.locator('[data-action=hold]').focus();
    await south.keyboard.down('Space');
    await south.keyboard.up('Space');
    assert.equal(await has(south, '[data-open-act=approve]'), true);
    await hold(south);
    await inState(south, 'cleared');
    await inState(north, 'cleared');
    given = await words(north, '[data-route] [data-clearance]');
    assert.match(given, /^\d{4}\/\d\d$/);
    for (const text of ['FL260', '4521', '132.055MHz', 'ARTIP', 'No photographs.']) await see(north, text, '[data-route] [data-conditions]');
    await see(north, 'May be flown', '[data-route] [data-times]');
    await shot(north, 'cleared');
  }],
  ['its texts are shown and copied', async () => {
    await see(north, `CLEARANCE ${given}`, '[data-notam]');
    await north.locator('[data-action=copy]').click();
    await see(north, 'Copied');
    assert.equal((await north.evaluate(() => navigator.clipboard.readText())).trim(), (await north.evaluate(() => document.querySelector('[data-notam]').textContent)).trim());
    await north.locator('[data-text=form]').selectOption('answer south');
    await see(north, /approved under the clearance number/, '[data-notam]');
  }],
  ['an amendment stands beside what holds, and nobody approves a revision that he has not read', async () => {
    await north.locator('[data-act=amend]').click();
    await until('the form has what was asked', async () => (await field(north, 'aircraft').inputValue()) === '2');
    await field(north, 'aircraft').fill('1');
    await field(north, 'route[0].entry.at').fill(typedMinute(180));
    await field(north, 'route[0].exit.at').fill(typedMinute(200));
    await shot(north, 'amend');
    await north.locator('[data-action=send]').click();
    await inState(north, 'amending');
    await inState(south, 'amending');
    await see(south, 'revision 1 holds', '.sheet');
    assert.deepEqual(await south.evaluate(() => [...document.querySelectorAll('[data-field-changed]')].map((row) => row.dataset.fieldChanged)), ['aircraft', 'entry.at', 'exit.at']);
    await see(south, /Aircraft\s+2\s+1/, '[data-differences]');
    await act(south, 'approve');
    await shot(south, 'amending');
    await audit(south, 'an amendment');
    const again = (await api('north', 'GET', path(number))).latest.request;
    await api('north', 'PUT', `api/v1/clearances/${number.replace('/', '-')}`, { request: { ...again, persons: 9 } });
    await see(south, 'Revision 3 has come meanwhile; you read revision 2.', '[data-open-act=approve]');
    assert.equal(await south.locator('[data-action=hold]').isDisabled(), true);
    await south.locator('[data-action=read-revision]').click();
    await hold(south);
    await inState(south, 'cleared');
    await inState(north, 'cleared');
    await see(north, given, '[data-route]');
    assert.equal(await has(north, '[data-differences]'), false, 'one revision holds again');
  }],
  ['a revocation is held, told at once and acknowledged down to the crew', async () => {
    await act(south, 'revoke');
    assert.equal(await south.locator('[data-action=hold]').isDisabled(), true, 'it has a reason');
    await field(south, 'reason').fill('Firing.');
    await field(south, 'from').fill('soon');
    assert.equal(await south.locator('[data-action=hold]').isDisabled(), true, 'and a time that can be read');
    await field(south, 'from').fill('');
    await hold(south);
    await inState(south, 'revoked');
    await inState(north, 'revoked');
    await see(south, /not acknowledged for|acknowledgement/i, '[data-revoked=south]');
    await see(north, 'Firing.', '[data-revoked=south]');
    assert.doesNotMatch(await words(north, '[data-route]'), /May be flown/);
    await shot(north, 'revoked');
    await audit(north, 'a revoked clearance');
    await act(north, 'acknowledge');
    await north.locator('[data-depth=unit]').check();
    await north.locator('[data-action=say]').click();
    await seen(north, '[data-acknowledged=unit]');
    await seen(south, '[data-acknowledged=unit]');
    // Again only deeper.
    await act(north, 'acknowledge');
    assert.equal(await north.locator('[data-depth]').count(), 1);
    await north.locator('[data-action=say]').click();
    await seen(south, '[data-acknowledged=crew]');
    assert.equal(await south.locator('[data-act]').count(), 0, 'a revocation is final');
  }],
  ['an answer that does not come is late and escalates on both sides; unable is said with its reason', async () => {
    const soon = new Date(Math.floor(Date.now() / 1000 + 20) * 1000); // late for as long, before it escalates
    number = (await api('north', 'POST', 'api/v1/clearances', asked(['south'], { answer_by: soon, purpose: 'medical' }))).number;
    await go(north, '#/requests');
    await go(south, '#/requests');
    await seen(south, `${card(number)} [data-wait=due]`);
    for (const how of ['late', 'escalated']) for (const page of [north, south]) await seen(page, `${card(number)} [data-wait=${how}]`);
    await see(south, 'ESCALATED', card(number));
    await shot(south, 'escalated');
    await audit(south, 'the inbox with one that is late');
    await south.locator(`${card(number)} [data-card-act=unable]`).click();
    await seen(south, '[data-open-act=unable]');
    await field(south, 'text').fill('The area is closed until noon.');
    await south.locator('[data-action=say]').click();
    await inState(south, 'refused');
    await see(north, 'REFUSED', card(number));
  }],
  ['an amendment of a revision that another has overtaken is not sent', async () => {
    await go(north, `${here()}?part=amend`);
    await until('the form has what was asked', async () => (await field(north, 'persons').count()) === 1 && (await field(north, 'persons').inputValue()) === '4');
    await field(north, 'persons').fill('7');
    const was = (await api('north', 'GET', path(number))).latest.request;
    await api('north', 'PUT', `api/v1/clearances/${number.replace('/', '-')}`, { request: { ...was, persons: 5, answer_by: minute(60) } });
    await see(north, 'Somebody of our party has asked revision 2 meanwhile.');
    assert.equal(await north.locator('[data-action=send]').isDisabled(), true);
    await north.locator('.problem button').click();
    await until('it begins from that one', async () => (await field(north, 'persons').inputValue()) === '5');
    await go(north, '#/requests/south-0001-26?part=amend');
    await see(north, 'There is no such request.');
    await go(north, '#/requests');
    await see(north, 'ASKED', card(number));
  }],
  ['a request is withdrawn, the withdrawal acknowledged, and both find it among those that are closed', async () => {
    await north.locator(`${card(number)} h3 a`).click();
    await act(north, 'withdraw');
    await field(north, 'reason').fill('Not needed.');
    await hold(north);
    await inState(north, 'withdrawn');
    await seen(south, '[data-awaited=acknowledge_withdrawal]');
    await act(south, 'acknowledge');
    await south.locator('[data-action=say]').click();
    await see(north, /South: the desk/, '[data-withdrawn]');
    for (const page of [north, south]) {
      await go(page, '#/requests');
      await until('it is open no more', async () => (await has(page, '[data-request]')) && !(await has(page, card(number))));
      await page.locator('[data-filter=closed]').click();
      await seen(page, `[data-box=closed] ${card(number)}`);
    }
    await shot(north, 'closed');
    await audit(north, 'the closed ones');
    // Its address is of it still.
    await north.locator(`${card(number)} h3 a`).click();
    await see(north, 'Not needed.', '[data-withdrawn]');
  }],
  ['who may only look sees a drill of two parties, and why nothing is offered', async () => {
    number = (await api('north', 'POST', 'api/v1/clearances', asked(['south', 'relief'], { exercise: true, route: [
      { party: 'south', entry: { name: 'ARTIP', position: [52.5, 5.5], at: minute(120) }, exit: { name: 'RKN', position: [52.1, 6.7], at: minute(140) }, floor: 'FL240', ceiling: 'FL280' },
      { party: 'relief', entry: { name: 'RKN', position: [52.1, 6.7], at: minute(140) }, via: [[51.9, 7.4]], exit: { name: 'HMM', position: [51.86, 7.71], at: minute(155) }, floor: 'surface', ceiling: 'FL280', landing: 'EDLW' }] }))).number;
    const watcher = await open('relief', '#/requests', {}, 'watcher');
    await seen(watcher, card(number));
    await seen(watcher, '[data-may-not]');
    assert.equal(await has(watcher, '[data-card-act], [data-action=new-request]'), false);
    await seen(watcher, `${card(number)} [data-exercise]`);
    await go(watcher, here());
    await seen(watcher, '.sheet [data-may-not]');
    assert.equal(await has(watcher, '[data-act]'), false);
    await see(watcher, 'EDLW', '[data-part=relief]');
    assert.equal(await watcher.evaluate(() => document.querySelectorAll('[data-stage=waiting]').length), 2);
    await audit(watcher, 'a page that may only be looked at');
    const officer = await open('relief', here(), {}, 'officer');
    await act(officer, 'approve');
    await hold(officer);
    await seen(officer, '[data-stage=approved][data-of=relief]');
    await see(officer, 'Approved for', '[data-part=relief]');
    assert.doesNotMatch(await words(officer, '[data-route]'), /May be flown/, 'one party of two is not all');
    await shot(officer, 'two-parties');
  }],
  ['who flies in an area without a clearance is named', async () => {
    await api('south', 'POST', 'api/v1/zones', { id: 'fir-south', name: 'FIR South', rule: 'caution', centre: [52.0, 3.0], radius_nm: 60 });
    await go(south, '#/requests');
    await south.locator('[data-filter=flights]').click();
    await until('the zone is known', () => has(south, '[data-flights=zone] option[value=fir-south]'));
    await south.locator('[data-flights=zone]').selectOption('fir-south');
    await seen(south, '[data-breach=without]');
    await see(south, 'WITHOUT A CLEARANCE', '[data-flights=table]');
    await shot(south, 'flights');
    await audit(south, 'who flies now');
  }],
  ['in Arabic, from right to left: call signs keep their order', async () => {
    for (const theme of ['night', 'day']) {
      const page = await open('south', '#/requests', { language: 'ar', theme });
      await seen(page, card(number));
      assert.equal(await page.evaluate(() => document.documentElement.dir), 'rtl');
      const sign = await page.evaluate((s) => {
        const style = getComputedStyle(document.querySelector(`${s} .sign`));
        return [style.direction, style.unicodeBidi];
      }, card(number));
      assert.deepEqual(sign, ['ltr', 'isolate']);
      await shot(page, `arabic-${theme}`);
      await audit(page, `the Arabic list, ${theme}`);
      await go(page, `${here()}?act=approve`);
      await seen(page, '[data-open-act=approve]');
      await shot(page, `arabic-${theme}-page`);
      await audit(page, `the Arabic page, ${theme}`);
    }
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
