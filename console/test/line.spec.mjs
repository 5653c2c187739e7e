// The duty line in real browsers on three real nodes, which tests/line_console_test.py runs: a STOP by keyboard alone with
// receipts and an answer, what stands beside it under a flood, exercises, files, line checks, a reload.
//
//   node test/line.spec.mjs WORLD.json SCREENSHOTS
//
// WORLD.json: {"skypact", "parties": {"north": {"url"}, "south", "relief"}}
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
async function until(what, probe, limit_ms = 180_000) {
  const began = Date.now();
  const end = began + limit_ms;
  for (;;) {
    const value = await probe();
    if (value && Date.now() - began > 5000) console.log(`    ${((Date.now() - began) / 1000).toFixed(0)} s until ${what}`);
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${limit_ms / 1000} s: ${what}`);
    await new Promise((r) => setTimeout(r, 100));
  }
}
const words = (page, selector) => page.evaluate((s) => (document.querySelector(s)?.innerText ?? '').replace(/[\u2066-\u2069\u00a0]/g, (c) => (c === '\u00a0' ? ' ' : '')), selector);
const see = async (page, text, selector = 'body', limit_ms) => {
  let stood = '';
  await until(`"${text}" stands in ${selector}`, async () => (stood = await words(page, selector)).includes(text), limit_ms).catch((e) => {
    throw new Error(`${e.message}; there stands: ${stood}`);
  });
};
const shot = (page, name) => page.screenshot({ path: join(screenshots, `line-${name}.png`) });
const go = (page, hash) => page.evaluate((h) => (location.hash = h), hash);
const band = (page) => words(page, '[data-band]');

// ---- the API, for what is not under test in the browser
const api = async (party, method, path, body, type = 'application/json') => {
  const response = await fetch(world.parties[party].url + path, { method, body: body === undefined ? undefined : type === 'application/json' ? JSON.stringify(body) : body, headers: body === undefined ? {} : { 'Content-Type': type } });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return type === 'application/json' ? JSON.parse(text) : text;
};
const say = (party, of, phrase, slots = {}, more = {}) => api(party, 'POST', 'api/v1/line/messages', { type: 'call', to: more.to ?? ['south'], class: of, phrases: [{ phrase, slots }], ...more });
const messageOf = (party, id) => api(party, 'GET', `api/v1/line/messages/${id}`);
const PLACE = { lat_deg: 52.1, lon_deg: 4.25 };
const STOP = { activity: 'artillery', distance: '5nm', position: PLACE };

const problems = [];
const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-gpu', '--disable-accelerated-2d-canvas'] });
async function open(party, hash, settings = {}, viewport = { width: 1440, height: 900 }, more = {}) {
  const context = await browser.newContext({ viewport, ...more });
  context.setDefaultTimeout(180_000);
  await context.addInitScript((s) => {
    if (!localStorage.getItem('skypact.settings')) localStorage.setItem('skypact.settings', s);
    document.addEventListener('securitypolicyviolation', (e) => console.error(`POLICY ${e.violatedDirective} ${e.blockedURI}`));
  }, JSON.stringify(settings));
  const page = await context.newPage();
  page.on('console', (m) => /POLICY|Content Security Policy/.test(m.text()) && problems.push(m.text()));
  page.on('pageerror', (e) => problems.push(String(e)));
  await page.goto(world.parties[party].url + hash, { waitUntil: 'commit' });
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
// The band stands in a row of its own: it touches neither the picture, nor the rail, nor what lies above.
async function standsClear(page) {
  const boxes = await page.evaluate(() => Object.fromEntries(['[data-band]', 'main', 'aside', 'header', 'nav'].map((s) => [s, document.querySelector(s)?.getBoundingClientRect().toJSON()])));
  const b = boxes['[data-band]'];
  assert.ok(b && b.height > 20, 'the band is there');
  for (const other of ['main', 'aside', 'header', 'nav']) {
    const o = boxes[other];
    const overlap = Math.max(0, Math.min(b.right, o.right) - Math.max(b.left, o.left)) * Math.max(0, Math.min(b.bottom, o.bottom) - Math.max(b.top, o.top));
    assert.ok(overlap < 1, `the band covers ${overlap} px² of ${other}`);
  }
  assert.ok(boxes.main.height >= 240, `${boxes.main.height} px are left for the picture`);
  const size = page.viewportSize();
  assert.ok(boxes.aside.bottom <= size.height + 1 && boxes.main.bottom <= size.height + 1, 'picture and rail end within the screen');
  return b;
}
const settle = () => new Promise((r) => setTimeout(r, 1200)); // a key acts a second after the band has changed

let north, south;
const checks = [
  ['desks stand there with presence, languages, link and line checks', async () => {
    north = await open('north', '#/line');
    for (const party of ['south', 'relief']) await until(`${party}'s desk is told`, async () => /duty desk/i.test(await words(north, `[data-peer=${party}]`)));
    const told = await words(north, '[data-peer=south]');
    assert.match(told, /Link up/);
    assert.match(told, /\bru\b/);
    assert.match(told, /Receipt within 30 s/);
    await shot(north, 'desks');
    await audit(north, 'the page of desks');
  }],
  ['a STOP goes by keyboard alone, with the place of the point on the map, within two seconds of the thought', async () => {
    south = await open('south', '#/picture', { language: 'ru' });
    await go(north, '#/picture');
    await until('the map is there', () => north.evaluate(() => document.querySelector('.picture-canvas') !== null));
    await north.mouse.move(500, 500);
    await north.mouse.move(520, 520);
    const began = Date.now();
    await north.keyboard.press('z');
    await until('the STOP is read back and its button has the focus', () => north.evaluate(() => document.activeElement?.dataset.action === 'hold' && !document.activeElement.disabled && document.querySelector('[data-preview] .sentence') !== null), 60_000);
    const ready = Date.now() - began;
    assert.match(await words(north, '[data-composer]'), /5nm|MGRS[\s\S]*STOP[\s\S]*5 NM/);
    assert.match(await words(north, '[data-preview]'), /НЕМЕДЛЕННО ПРЕКРАТИТЕ/);
    await shot(north, 'composer');
    await audit(north, 'the composer of a STOP');
    // Let go too early, nothing goes.
    await north.keyboard.down('Space');
    await new Promise((r) => setTimeout(r, 200));
    await north.keyboard.up('Space');
    await new Promise((r) => setTimeout(r, 700));
    assert.equal((await api('north', 'GET', 'api/v1/line/messages')).messages.length, 0, 'a short press sends nothing');
    await north.keyboard.down('Space');
    await until('it is sent', async () => (await api('north', 'GET', 'api/v1/line/messages')).messages.length === 1, 60_000);
    await north.keyboard.up('Space');
    console.log(`    read back ${ready} ms after the key`);
  }],
  ['it stands on the other side at once, in the reader’s language, with place, sender and countdown, and covers nothing', async () => {
    await see(south, 'НЕМЕДЛЕННО ПРЕКРАТИТЕ', '[data-band]', 60_000);
    const said = await band(south);
    assert.match(said, /STOP/);
    assert.match(said, /North/);
    assert.match(said, /MGRS/);
    assert.match(said, /ответить за\s+[01]:\d\d/);
    await standsClear(south);
    assert.match(await south.title(), /■/);
    await shot(south, 'band-ru');
    for (const view of ['#/tracks', '#/zones', '#/feeds', '#/replay', '#/pact', '#/record', '#/line']) {
      await go(south, view);
      await see(south, 'НЕМЕДЛЕННО ПРЕКРАТИТЕ', '[data-band]');
      await standsClear(south);
    }
    await go(south, '#/picture');
  }],
  ['one key answers it; the sender sees receipts, the record and that the place agrees', async () => {
    const id = (await api('north', 'GET', 'api/v1/line/messages')).messages[0].id;
    await until('the sender sees that it is received and recorded there', async () => /received/.test(await words(north, `[data-message-sheet="${id}"] ~ .wide-table`)) && /✓/.test(await words(north, '[data-addressee=south] td:nth-of-type(4)')));
    await settle();
    await south.keyboard.press('y');
    await until('the band is done with it', async () => !(await band(south)).includes('ПРЕКРАТИТЕ'));
    await see(south, 'Передано дальше', '[data-band]');
    await see(north, 'The place agrees', 'main', 60_000);
    const given = (await messageOf('north', id)).answers;
    assert.deepEqual(given.map((a) => [a.answer, a.same_place]), [['passed_on', true]]);
    await until('the answer stands in the record', async () => /in the record #\d+/.test(await words(north, '[data-given]')));
    await shot(north, 'answered');
    await audit(north, 'a message with its answer');
  }],
  ['a key that was on its way when the band changed answers nothing', async () => {
    // Pressed in the page, in the moment in which the message appears.
    const pressed = south.evaluate((phrase) => new Promise((done) => {
      const look = () => {
        if (!document.querySelector('[data-band] .first')?.textContent.includes(phrase)) return;
        observer.disconnect();
        // A key is a task of its own, after what made the band change.
        setTimeout(() => {
          document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'u', code: 'KeyU', bubbles: true, cancelable: true }));
          done();
        });
      };
      const observer = new MutationObserver(look);
      observer.observe(document.body, { childList: true, characterData: true, subtree: true });
    }), 'НЕМЕДЛЕННО ПРЕКРАТИТЕ');
    const stop = await say('north', 'stop', 101, STOP);
    await pressed;
    await see(south, 'Не отправлено', '[data-band]');
    assert.equal((await messageOf('south', stop.id)).answers.length, 0);
    await settle();
    await south.keyboard.press('o');
    await until('where exactly is asked', async () => (await messageOf('north', stop.id)).answers[0]?.answer === 'where_exactly');
    // The sender is told, on whatever page, and one key or button leads to the correction with the place filled in.
    await go(north, '#/picture');
    await see(north, 'asks where exactly', '[data-band]');
    await north.getByRole('button', { name: 'Send the exact place' }).click();
    await until('the correction is read back', () => north.evaluate(() => /Correction/.test(document.querySelector('[data-preview]')?.innerText ?? '')));
    await north.locator('[data-action=hold]').focus();
    await north.keyboard.down('Enter');
    await until('the correction is sent', async () => (await api('north', 'GET', 'api/v1/line/messages?open=true')).messages.some((m) => m.reply_to === stop.id), 60_000);
    await north.keyboard.up('Enter');
    await until('South has it', async () => (await band(south)).includes('108') || /поправк|исправ|уточн|координат/i.test(await band(south)));
    await settle();
    await south.keyboard.press('y');
    await until('nothing waits', async () => (await api('south', 'GET', 'api/v1/line/messages?open=true')).messages.length === 0);
  }],
  ['several at once: STOP first, real before exercise, the rest counted, the band bounded', async () => {
    await say('north', 'warn', 412);
    const practice = await say('north', 'stop', 101, { ...STOP, activity: 'bombing' }, { exercise: true });
    await say('relief', 'distress', 502, { distance: '10nm', position: PLACE });
    const stop = await say('north', 'stop', 101, STOP);
    await until('all four wait', async () => (await api('south', 'GET', 'api/v1/line/messages?open=true')).messages.length === 4);
    // Those that are not urgent are told a few times a second: each may come after the STOP.
    const order = () => south.evaluate(() => [...document.querySelectorAll('[data-band] [data-line-message]')].map((e) => `${e.dataset.lineMessage} ${e.className}`));
    await until('real before exercise, STOP before DISTRESS before WARN', async () => {
      const [first, second, third, ...more] = await order();
      return first?.startsWith(`${stop.id} `) && /stop/.test(first) && /distress/.test(second) && /warn/.test(third) && more.length === 0;
    });
    assert.match(await band(south), /и ещё ждут ответа: 1/);
    await standsClear(south);
    await shot(south, 'several-ru');
    await go(south, `#/line/${practice.id}`);
    await until('the exercise says so in both languages', async () => /УЧЕНИЕ[\s\S]*EXERCISE/.test(await words(south, '[data-message-sheet] [data-exercise]')));
    assert.match(await south.evaluate(() => getComputedStyle(document.querySelector('[data-message-sheet]')).backgroundImage), /repeating-linear-gradient/);
    await shot(south, 'exercise-ru');
    await audit(south, 'an exercise');
  }],
  ['500 INFORM leave the page usable, the STOP first, and the flood a count', async () => {
    const began = Date.now();
    for (let i = 0; i < 500; i += 20) await Promise.all(Array.from({ length: 20 }, () => say('north', 'inform', 412)));
    console.log(`    500 messages in ${Date.now() - began} ms`);
    await until('they are counted', async () => /INFORM за последнюю минуту: \d{3}/.test(await band(south)) || /INFORM не прочитано: \d{3}/.test(await band(south)), 180_000);
    assert.match(await south.evaluate(() => document.querySelector('[data-band] .first').className), /stop/);
    await standsClear(south);
    const pressed = Date.now();
    await south.evaluate(() => document.activeElement?.blur());
    await south.keyboard.press('l');
    await until('the page of the line opens', () => south.evaluate(() => location.hash === '#/line' && document.querySelectorAll('main tbody tr').length > 0));
    console.log(`    the page opens in ${Date.now() - pressed} ms`);
    const rows = await south.evaluate(() => [...document.querySelectorAll('main tbody tr')].map((r) => r.dataset.class));
    assert.equal(rows[0], 'stop');
    assert.ok(rows.length < 60, `${rows.length} rows`);
    assert.match(await words(south, 'main tbody'), /сообщений за минуту: \d+/);
    await shot(south, 'flood-ru');
    const stop = await say('relief', 'stop', 101, { ...STOP, activity: 'jamming' });
    await until('another STOP rings through', () => south.evaluate((id) => document.querySelector(`[data-line-message="${id}"]`) !== null, stop.id), 30_000);
  }],
  ['a reload keeps what is open, what was read and what was said', async () => {
    const before = await south.evaluate(() => [...document.querySelectorAll('[data-band] [data-line-message]')].map((e) => e.dataset.lineMessage));
    await south.reload({ waitUntil: 'commit' });
    await until('the band is back', () => south.evaluate((ids) => JSON.stringify([...document.querySelectorAll('[data-band] [data-line-message]')].map((e) => e.dataset.lineMessage)) === JSON.stringify(ids), before));
    await see(south, 'сообщений за минуту', 'main tbody');
    assert.ok(!/не прочитано/.test(await band(south)), 'what was looked at stays read');
  }],
  ['a line check is asked with a button and answered with a key', async () => {
    for (const m of (await api('south', 'GET', 'api/v1/line/messages?open=true')).messages) await api('south', 'POST', `api/v1/line/messages/${m.id}/answers`, { answer: 'seen' });
    await go(north, '#/line');
    await north.locator('[data-peer=south] [data-write=check]').click();
    await see(south, 'Проверка связи', '[data-band]');
    await settle();
    await south.keyboard.press('y');
    await until('the check is done', async () => /Checked/.test(await words(north, '[data-peer=south]')));
  }],
  ['a message goes out as a file and comes in as one', async () => {
    const m = await say('north', 'inform', 411, { call_sign: 'NAF101' });
    await go(north, `#/line/${m.id}`);
    const [download] = await Promise.all([north.waitForEvent('download'), north.locator('[data-action=save]').click()]);
    const path = await download.path();
    assert.match(readFileSync(path, 'utf8'), /"line\.call"/);
    await go(south, '#/line');
    await south.locator('main input[type=file]').setInputFiles(path);
    await until('the message is open', () => south.evaluate((id) => location.hash === `#/line/${id}`, m.id));
    await see(south, 'NAF101', 'main');
    // What somebody changed on the way is refused, in words.
    await go(south, '#/line');
    await south.locator('main input[type=file]').setInputFiles({ name: 'changed.note', mimeType: 'text/plain', buffer: Buffer.from(readFileSync(path, 'utf8').replace('NAF101', 'NAF102')) });
    await until('it is refused', async () => (await words(south, 'main .problem')).length > 10);
  }],
  ['a phrase is found by words, its slots are checked, its place is read back, and free text keeps its marks visible', async () => {
    await go(north, '#/line');
    await north.locator('[data-peer=south] [data-write=warn]').click();
    await north.locator('main input[type=search]').fill('unknown unmanned');
    await north.keyboard.press('Enter');
    await until('the phrase stands', () => north.evaluate(() => document.querySelector('[data-phrase="0"] [data-slot=position] input') !== null));
    assert.equal(await north.locator('[data-action=send]').isDisabled(), true);
    await north.locator('[data-slot=position] input').fill('nowhere at all');
    await until('a place that is none is refused with its reason', async () => (await words(north, '[data-slot=position] .problem')).length > 10);
    await north.locator('[data-slot=position] input').fill('52°06′N 004°15′E');
    await see(north, 'MGRS', '[data-slot=position]');
    await north.locator('[data-slot=level] input').fill('three thousand');
    await see(north, 'FL95', '[data-slot=level]');
    await north.locator('[data-slot=level] input').fill('3000ft amsl');
    await north.locator('main textarea').fill('call\u202e back');
    await until('it may be sent', () => north.locator('[data-action=send]').isEnabled());
    await shot(north, 'composer-warn');
    await north.locator('[data-action=send]').click();
    const sent = await until('it is sent', async () => (await api('south', 'GET', 'api/v1/line/messages?class=warn&open=true')).messages[0]);
    await go(south, `#/line/${sent.id}`);
    await see(south, '⟨U+202E⟩', 'main');
    await audit(south, 'a message with free text');
    await api('south', 'POST', `api/v1/line/messages/${sent.id}/answers`, { answer: 'seen' });
  }],
  ['a place that was not sent is loud', async () => {
    const stop = await say('north', 'stop', 101, STOP);
    await until('South has it', async () => (await fetch(`${world.parties.south.url}api/v1/line/messages/${stop.id}`)).ok);
    await api('south', 'POST', `api/v1/line/messages/${stop.id}/answers`, { answer: 'passed_on', shown: { lat_deg: 53.1, lon_deg: 4.25 } });
    await go(north, `#/line/${stop.id}`);
    await see(north, 'ANOTHER PLACE', '[data-given]');
    await see(north, 'SHOWS ANOTHER PLACE', '[data-band]');
    await shot(north, 'mismatch');
    await audit(north, 'a mismatch');
  }],
  ['a place is picked on the map and comes back into its slot', async () => {
    await go(north, '#/line');
    await north.locator('[data-peer=south] [data-write=inform]').click();
    await north.locator('main input[type=search]').fill('314');
    await north.keyboard.press('Enter');
    await north.locator('[data-slot=position] button').first().click();
    await until('the map asks for a point', () => north.evaluate(() => document.querySelector('.picture-canvas') !== null && document.querySelector('.hint-line') !== null));
    await new Promise((r) => setTimeout(r, 500));
    await north.mouse.click(600, 600);
    await until('the slot has the place', () => north.evaluate(() => /^-?\d+\.\d+, -?\d+\.\d+$/.test(document.querySelector('[data-slot=position] input')?.value ?? '')));
    await until('it is read back', () => north.locator('[data-action=send]').isEnabled());
  }],
  ['the desk is handed over with what is open', async () => {
    const open = await say('north', 'warn', 412);
    await go(north, '#/line/handover');
    await until('what is open is listed', () => north.evaluate(() => document.querySelectorAll('.handover form li').length > 0));
    await north.getByLabel('Next officer').fill('ada');
    await north.getByLabel('Remark').fill('all quiet in the east');
    await audit(north, 'the handover');
    await shot(north, 'handover');
    await north.getByRole('button', { name: 'Hand over' }).click();
    await see(north, 'not accepted yet', 'main');
    const handover = (await api('north', 'GET', 'api/v1/line/messages')).messages.find((m) => m.type === 'handover');
    assert.ok(handover.body.open.includes(open.id));
  }],
  ['it looks right and axe finds nothing, by day, in Arabic, in contrast and on a small screen', async () => {
    await say('north', 'stop', 101, STOP, { to: ['relief', 'south'] });
    await say('south', 'stop', 103, STOP, { to: ['relief'], exercise: true });
    await say('south', 'warn', 411, { call_sign: 'SVA22' }, { to: ['relief'], text: { language: 'ru', text: 'Позвоните нам.' } });
    for (const [name, settings, viewport] of [
      ['dark', {}, { width: 1440, height: 900 }], ['day-ar', { theme: 'day', language: 'ar' }, { width: 1440, height: 900 }], ['contrast-fr', { theme: 'contrast', language: 'fr' }, { width: 1440, height: 900 }], ['narrow', { language: 'fr' }, { width: 1280, height: 720 }],
    ]) {
      const page = await open('relief', '#/picture', settings, viewport);
      await until('the band has all three', () => page.evaluate(() => document.querySelectorAll('[data-band] [data-line-message]').length === 3));
      await standsClear(page);
      await new Promise((r) => setTimeout(r, 800));
      await shot(page, `picture-${name}`);
      await audit(page, `the picture (${name})`);
      await go(page, '#/line');
      await until('the page is there', () => page.evaluate(() => document.querySelectorAll('main tbody tr').length > 2));
      await standsClear(page);
      await shot(page, `page-${name}`);
      await audit(page, `the page (${name})`);
      await page.keyboard.press('z');
      await until('the composer is there', () => page.evaluate(() => document.querySelector('[data-composer]') !== null));
      await new Promise((r) => setTimeout(r, 500));
      await shot(page, `composer-${name}`);
      await audit(page, `the composer (${name})`);
      await page.context().close();
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
