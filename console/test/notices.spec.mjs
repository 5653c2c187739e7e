// Activity notices in real browsers on three real nodes, which tests/notices_console_test.py runs: given in the form with a live check, seen and
// acknowledged on the other side, changed, late, cancelled; bad geometry; what an observer is not offered.
//
//   node test/notices.spec.mjs WORLD.json SCREENSHOTS
//
// WORLD.json: {"password", "parties": {"north": {"url"}, "south", "relief"}}; Relief's node has the accounts officer and watcher.
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
const see = (page, text, selector = 'main', limit_ms) => until(`${text} stands in ${selector}`, async () => (text instanceof RegExp ? text.test(await words(page, selector)) : (await words(page, selector)).includes(text)), limit_ms);
const shot = (page, name) => page.screenshot({ path: join(screenshots, `notices-${name}.png`) });
const go = (page, hash) => page.evaluate((h) => (location.hash = h), hash);
const has = (page, selector) => page.evaluate((s) => document.querySelector(s) !== null, selector);
const field = (page, id) => page.locator(`[id="nf-${id}"]`);
const row = (party, number) => `[data-notice="${party} ${number}"]`;

const api = async (party, method, path, body) => {
  const response = await fetch(world.parties[party].url + path, { method, body: body && JSON.stringify(body), headers: body ? { 'Content-Type': 'application/json' } : {} });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
};
const minute = (from_now) => new Date(Math.floor(Date.now() / 60_000 + from_now) * 60_000).toISOString().slice(0, 16).replace('T', ' ');
const at = (party, n) => api(party, 'GET', `api/v1/notices/${n.party}/${n.number.replace('/', '-')}`);

const problems = [];
const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-gpu', '--disable-accelerated-2d-canvas'] });
async function open(party, hash, settings = {}, viewport = { width: 1440, height: 900 }, login = null) {
  const context = await browser.newContext({ viewport });
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
      const post = (path, body) => fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
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
const sendable = (page) => until('it may be sent', () => page.locator('[data-action=send]').isEnabled());
const refusedAt = (page, id, says) => until(`the field ${id} says why`, async () => says.test(await words(page, `[data-field="${id}"] .refused`)));
// The number of the notice that was just sent: its page is open.
async function sent(page, party) {
  const hash = await until('its page is open', () => page.evaluate((p) => (new RegExp(`^#/notices/${p}-\\d{4}-\\d\\d$`).test(location.hash) ? location.hash : null), party));
  const [, number, year] = /-(\d{4})-(\d\d)$/.exec(hash);
  return { party, number: `${number}/${year}` };
}
async function blank(page) {
  await go(page, '#/notices');
  await page.locator('[data-action=give]').click();
  await until('the form is there', () => has(page, '#notice-form'));
}

let north, south, relief;
let firing, refuelling;
const checks = [
  ['one key opens the page from anywhere, and nothing is there yet', async () => {
    north = await open('north', '#/picture');
    south = await open('south', '#/tracks');
    for (const page of [north, south]) {
      await page.keyboard.press('0');
      await see(page, 'No notices.');
    }
    await audit(north, 'the empty page');
    await north.keyboard.press('?');
    await see(north, 'record, notices', '.columns');
    await north.keyboard.press('Escape');
  }],
  ['bad geometry and bad times are said by their field, in the node’s words, and nothing can be sent', async () => {
    await blank(north);
    assert.equal(await north.locator('[data-action=send]').isDisabled(), true);
    assert.match(await words(north, '[data-field=centre]'), /missing/);
    await field(north, 'kind').selectOption('firing');
    await field(north, 'activity').fill('live-firing');
    await field(north, 'ceiling').fill('FL200');
    await field(north, 'spans-0-from').fill(minute(60 * 80));
    await field(north, 'spans-0-to').fill(minute(60 * 83));
    // An outline that crosses itself.
    await north.locator('[data-shape=polygon]').click();
    await field(north, 'outline').fill('52 03\n53 04\n52 04\n53 03');
    await refusedAt(north, 'outline', /cross|touch|meet/i);
    assert.equal(await north.locator('[data-action=send]').isDisabled(), true);
    await shot(north, 'crossing');
    await audit(north, 'a form with a refusal');
    await field(north, 'outline').fill('52N 03E\n5261N 00400E\n52N 04E');
    await see(north, /Line 2: Minutes and seconds/, '[data-field=outline]');
    // A corridor that is too wide, and one whose places are the same.
    await north.locator('[data-shape=corridor]').click();
    await field(north, 'line').fill('52 03\n52.5 04');
    await field(north, 'half_width').fill('300');
    await refusedAt(north, 'half_width', /100nm/);
    await field(north, 'half_width').fill('5');
    await field(north, 'line').fill('52 03\n52 03\n52.5 04');
    await refusedAt(north, 'line', /less than 50m/);
    await field(north, 'line').fill('52 03\n52.5 04');
    await sendable(north);
    // A time that ends before it begins, a floor above the ceiling.
    await field(north, 'spans-0-to').fill(minute(60 * 70));
    await until('the time says why', async () => /before it begins/.test(await words(north, '[data-span="0"] .refused')));
    await field(north, 'spans-0-to').fill(minute(60 * 83));
    await field(north, 'floor').fill('FL300');
    await refusedAt(north, 'floor', /not below the ceiling/);
    await field(north, 'floor').fill('SFC');
    await north.locator('[data-shape=block]').click();
    await field(north, 'outline').fill('52 03\n52 04\n53 04');
    await until('a block wants a floor', async () => /floor above the surface/.test(await words(north, '[data-field=outline] .refused')));
    await north.getByRole('button', { name: 'Discard' }).click();
    await until('the list is back', () => north.evaluate(() => location.hash === '#/notices'));
    assert.equal((await api('north', 'GET', 'api/v1/notices?all=true')).notices.length, 0);
  }],
  ['each shape is read, drawn and written into a text that nobody typed', async () => {
    await blank(north);
    await field(north, 'kind').selectOption('refuelling');
    await field(north, 'activity').fill('refuelling');
    await field(north, 'floor').fill('FL180');
    await field(north, 'ceiling').fill('FL240');
    await field(north, 'spans-0-from').fill(minute(60 * 5));
    await field(north, 'spans-0-to').fill(minute(60 * 6));
    for (const [shape, fields, says] of [
      ['circle', { centre: '52°06′N 003°12′E', radius: '30' }, /WITHIN 30NM OF\s+5206/], ['box', { south_west: '52 3', north_east: '52.5 3.75' }, /PARALLELS\s+520000N\s+AND\s+523000N/], ['corridor', { line: '52 3\n52.5 3.5', half_width: '10km' }, /523000N0033000E/],
      ['polygon', { outline: '52 3\n52 4\n52.5 3.5' }, /523000N0033000E/], ['block', { outline: '52 3\n52 4\n52.5 3.5' }, /F\) FL180 G\) FL240/],
    ]) {
      await north.locator(`[data-shape=${shape}]`).click();
      for (const [id, text] of Object.entries(fields)) await field(north, id).fill(text);
      await sendable(north);
      await until(`the text of the ${shape}`, async () => says.test(await words(north, '[data-preview] [data-notam]')) && (await north.locator('[data-preview] .stale').count()) === 0);
    }
    assert.match(await words(north, '[data-preview]'), /In time|notice/);
    // A click on the map is one more corner.
    const before = (await field(north, 'outline').inputValue()).split('\n').length;
    const box = await north.locator('.reads .map .target').boundingBox();
    await north.mouse.click(box.x + box.width * 0.4, box.y + box.height * 0.7);
    await until('the corner stands in the field', async () => (await field(north, 'outline').inputValue()).split('\n').length === before + 1);
    await north.getByRole('button', { name: 'Discard' }).click();
  }],
  ['a notice is given by keyboard alone; it stands on the other side with its text, and waits there', async () => {
    await go(north, '#/notices');
    await north.locator('[data-action=give]').focus();
    await north.keyboard.press('Enter');
    await until('the first field has the focus', () => north.evaluate(() => document.activeElement?.id === 'nf-kind'));
    const type = async (text) => {
      await north.keyboard.press('Tab');
      await north.keyboard.type(text);
    };
    await north.keyboard.type('Fir');
    await type('live-firing');
    await until('the circle is reached', async () => {
      await north.keyboard.press('Tab');
      return north.evaluate(() => document.activeElement?.id === 'nf-centre');
    });
    await north.keyboard.type('52.03, 3.2');
    await type('30');
    await type(''); // the floor stays the surface
    await type('FL300');
    await type(minute(30));
    await type(minute(90).slice(11));
    await until('the aircraft are reached', async () => {
      await north.keyboard.press('Tab');
      return north.evaluate(() => document.activeElement?.id === 'nf-aircraft');
    });
    await north.keyboard.type('4');
    await type('naf21, naf22');
    await type('132.055');
    await type('Ends at once on STOP.');
    await sendable(north);
    // Late, in words and in shape.
    const preview = await words(north, '[data-preview]');
    assert.match(preview, /NOTAMN[\s\S]*LIVE-FIRING[\s\S]*WITHIN 30NM OF[\s\S]*F\) SFC G\) FL300\)/);
    assert.match(preview, /◣\s*LATE\s+(29|30) min given, 72 h agreed/);
    await shot(north, 'form');
    await audit(north, 'the form');
    await north.locator('[data-action=send]').focus();
    await north.keyboard.press('Enter');
    firing = await sent(north, 'north');
    await see(north, 'NOTAMN', '[data-notam]');
    await until('South has it', async () => has(south, row('north', firing.number)));
    const there = await words(south, row('north', firing.number));
    for (const said of [/Firing/, /North/, /SFC to FL300/, /aircraft: 4/, /COMING/, /begins in/, /LATE/, /72 h agreed/, /waits for your acknowledgement/, /MISSING/]) assert.match(there, said);
    assert.match(await words(south, 'nav [aria-current=page]'), /Notices 1/);
    await south.getByRole('link', { name: firing.number }).first().click();
    await see(south, 'NOTAMN', '[data-notam]');
    assert.equal(await words(south, '[data-notam]'), (await at('north', firing)).notam.trimEnd());
    assert.match(await words(south, '[data-notice-page]'), /NAF21[\s\S]*132\.055MHz[\s\S]*Ends at once on STOP\./);
    assert.match(await south.evaluate(() => getComputedStyle(document.querySelector('[data-late]')).borderTopStyle), /double/);
    await shot(south, 'received');
    await audit(south, 'another’s notice');
  }],
  ['the other side acknowledges with depth, and the issuer sees how far down it got and from whom it is missing', async () => {
    await south.locator('[data-acknowledge] input[value=unit]').check();
    await south.locator('[data-acknowledge] input[value=passed_on]').check();
    await south.locator('[data-action=acknowledge]').click();
    await see(south, 'Acknowledged: unit');
    await until('North sees it', async () => has(north, '[data-told=south][data-reached=unit]'));
    assert.match(await words(north, '[data-told=relief]'), /MISSING/);
    assert.match(await words(north, '[data-notice-page]'), /Passed on/);
    assert.deepEqual((await at('north', firing)).acknowledgements.map((a) => [a.party, a.depth, a.confirmed[0].answer]), [['south', 'unit', 'passed_on']]);
    await shot(north, 'acknowledged');
    await audit(north, 'an own notice');
    // It got deeper.
    await south.getByRole('button', { name: 'Change answer' }).click();
    await south.locator('[data-acknowledge] input[value=crew]').check();
    await south.locator('[data-action=acknowledge]').click();
    await until('North sees the crew', async () => has(north, '[data-told=south][data-reached=crew]'));
  }],
  ['a change keeps the number and has to be acknowledged anew', async () => {
    await north.locator('[data-action=change]').click();
    await until('the form holds the notice', async () => (await field(north, 'activity').count()) === 1 && (await field(north, 'activity').inputValue()) === 'live-firing');
    assert.match(await words(north, 'main h1'), new RegExp(firing.number));
    assert.equal(await field(north, 'radius').inputValue(), '30nm');
    await field(north, 'spans-0-to').fill(minute(150));
    await sendable(north);
    await shot(north, 'change');
    await audit(north, 'the form of a change');
    await north.locator('[data-action=send]').click();
    await sent(north, 'north');
    await see(north, 'NOTAMR', '[data-notam]');
    await see(north, 'CHANGED, revision 2');
    await see(south, `notice ${firing.number} CHANGED: live-firing`, '[data-band]');
    await see(south, 'NOTAMR', '[data-notam]');
    await see(south, /revision 1: crew/, '[data-told=south]');
    assert.equal((await at('south', firing)).revision, 2);
    await go(south, '#/notices?state=changed');
    await until('it is among the changed', async () => has(south, row('north', firing.number)));
    await go(south, '#/notices?state=over');
    await see(south, 'No notice fits this choice.');
    await go(south, '#/notices');
  }],
  ['the check speaks of the other side’s notice, and an exercise is marked and no zone', async () => {
    await blank(south);
    await field(south, 'kind').selectOption('refuelling');
    await field(south, 'activity').fill('refuelling');
    await south.locator('[data-exercise-box]').check();
    await south.locator('[data-exercise-box]').uncheck();
    await field(south, 'centre').fill('52.03, 3.2');
    await field(south, 'radius').fill('12');
    await field(south, 'floor').fill('FL180');
    await field(south, 'ceiling').fill('FL240');
    await field(south, 'spans-0-from').fill(minute(20));
    await field(south, 'spans-0-to').fill(minute(60));
    await sendable(south);
    await see(south, `Overlaps notice ${firing.number} of North (Firing)`, '[data-preview]');
    await south.locator('[data-exercise-box]').check();
    await sendable(south);
    await see(south, 'EXERCISE EXERCISE EXERCISE', '[data-preview]');
    await south.locator('[data-action=send]').click();
    refuelling = await sent(south, 'south');
    await go(north, '#/notices');
    await until('it is at North, marked', async () => has(north, `${row('south', refuelling.number)} [data-exercise]`));
    assert.equal((await at('north', refuelling)).zone, undefined);
    assert.ok((await api('north', 'GET', 'api/v1/zones')).zones.some((z) => z.id === `notice:north:${firing.number}`), 'the real one is a zone of the watch');
  }],
  ['an observer is offered nothing, the watch officer beside them is', async () => {
    relief = await open('relief', '#/notices', {}, { width: 1440, height: 900 }, 'officer');
    await until('the officer may give', () => has(relief, '[data-action=give]'));
    assert.equal(await has(relief, '[data-may-not]'), false);
    const reported = await relief.evaluate(async () => {
      const answer = await fetch('api/v1/distress/reports', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ kind: 'manual', callsign: 'RELIEF7', emergency: 'medical', place: { lat_deg: 52, lon_deg: 3.1, uncertainty_m: 2000 } }) });
      return answer.json();
    });
    const case_ = reported.cases[0].number.replace('/', '-');
    const acts = '#case-acts button, #case-telling button, #case-help form';
    const watcher = await open('relief', '#/notices', {}, { width: 1440, height: 900 }, 'watcher');
    await until('the watcher sees the notice', async () => has(watcher, row('north', firing.number)));
    assert.equal(await has(watcher, '[data-action=give]'), false);
    assert.match(await words(watcher, '[data-may-not]'), /look only/);
    await go(watcher, `#/notices/north-${firing.number.replace('/', '-')}`);
    await see(watcher, 'NOTAMR', '[data-notam]');
    assert.equal(await has(watcher, '[data-acknowledge]'), false);
    await shot(watcher, 'observer');
    await audit(watcher, 'what an observer sees');
    await go(watcher, '#/notices/new');
    await see(watcher, 'look only');
    assert.equal(await has(watcher, '#notice-form'), false);
    await go(watcher, '#/distress');
    await see(watcher, 'look only');
    assert.equal(await has(watcher, 'a[href="#/distress/new"]'), false);
    await go(watcher, `#/distress/${case_}`);
    await see(watcher, 'RELIEF7', '[data-case-page] h1');
    await see(watcher, 'look only', '#case-acts');
    assert.equal(await has(watcher, acts), false);
    await shot(watcher, 'observer-case');
    await audit(watcher, 'a case as an observer sees it');
    await watcher.context().close();

    await go(relief, `#/distress/${case_}`);
    await until('the officer may act', () => has(relief, acts));
    await go(relief, `#/notices/north-${firing.number.replace('/', '-')}`);
    await relief.locator('[data-acknowledge] input[value=cannot]').check();
    await relief.locator('[data-action=acknowledge]').click();
    await until('North sees that Relief cannot', async () => has(north, `${row('north', firing.number)} [data-told=relief][data-reached=cannot]`));
    await go(relief, '#/distress');
    await until('the officer may report', () => has(relief, 'a[href="#/distress/new"]'));
  }],
  ['it looks right and axe finds nothing, by night, in Arabic, by day and in contrast', async () => {
    for (const [name, settings, viewport] of [
      ['night', {}, { width: 1440, height: 900 }], ['night-ar', { language: 'ar' }, { width: 1440, height: 900 }], ['day-fr', { theme: 'day', language: 'fr' }, { width: 1280, height: 720 }], ['contrast-ru', { theme: 'contrast', language: 'ru' }, { width: 1440, height: 900 }],
    ]) {
      const page = await open('south', '#/notices', settings, viewport);
      await until('both are listed', () => page.evaluate(() => document.querySelectorAll('[data-notice]').length >= 2));
      await new Promise((r) => setTimeout(r, 500));
      await shot(page, `list-${name}`);
      await audit(page, `the list (${name})`);
      await go(page, `#/notices/north-${firing.number.replace('/', '-')}`);
      await see(page, 'NOTAMR', '[data-notam]');
      await shot(page, `one-${name}`);
      await audit(page, `one notice (${name})`);
      await go(page, '#/notices/new');
      await until('the form is there', () => has(page, '#notice-form'));
      await shot(page, `form-${name}`);
      await audit(page, `the form (${name})`);
      if (settings.language === 'ar') {
        assert.equal(await page.evaluate(() => document.documentElement.dir), 'rtl');
        assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('#nf-centre')).direction), 'ltr');
      }
      await page.context().close();
    }
  }],
  ['a cancellation is held, final, and seen on the other side; its zone goes', async () => {
    await go(north, `#/notices/north-${firing.number.replace('/', '-')}`);
    await north.locator('[data-action=cancel]').click();
    await north.getByLabel('Reason, stands in the remarks').fill('weather & wind');
    await north.locator('[data-action=hold]').focus();
    await north.keyboard.down('Enter');
    await until('it is cancelled', async () => (await at('north', firing)).state === 'cancelled');
    await north.keyboard.up('Enter');
    await see(north, 'NOTAMC', '[data-notam]');
    assert.equal(await has(north, '[data-action=change]'), false);
    await go(south, '#/notices');
    await until('South sees it among the cancelled', async () => /CANCELLED/.test(await words(south, row('north', firing.number))));
    await go(south, `#/notices/north-${firing.number.replace('/', '-')}`);
    await see(south, 'weather & wind');
    await until('its zone is gone', async () => !(await api('south', 'GET', 'api/v1/zones')).zones.some((z) => z.id === `notice:north:${firing.number}`));
    await shot(south, 'cancelled');
    await audit(south, 'a cancelled notice');
    // And after a reload it is still known.
    await south.reload({ waitUntil: 'commit' });
    await see(south, 'NOTAMC', '[data-notam]');
  }],
  ['the palette finds a notice by its number', async () => {
    await north.keyboard.press('Control+k');
    // Each party counts its own: the number alone may be two notices.
    await north.keyboard.type(`${refuelling.number} South`);
    await until('it is found', async () => (await words(north, '#palette-list')).includes(refuelling.number));
    await north.keyboard.press('Enter');
    await see(north, 'EXERCISE', '[data-notice-page]');
    await north.keyboard.press('Escape');
    await until('Escape leads back to all', () => north.evaluate(() => location.hash === '#/notices'));
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
    for (const [who, page] of [['north', north], ['south', south], ['relief', relief]]) if (page) await shot(page, `failed-${failed}-${who}`).catch(() => {});
    if (!process.env.KEEP_GOING) break;
  }
}
await browser.close();
if (problems.length) console.log(`problems of the pages:\n${[...new Set(problems)].join('\n')}`);
process.exit(failed || problems.length ? 1 : 0);
