// The console in a real browser against the real node. Starts `skypact serve`, sends it position reports of two
// aircraft that fly at each other, one that squawks 7700 and some more, and looks at what a duty officer gets.
//
//   node test/console.spec.mjs [--skypact ../build/dev/skypact] [--screenshots ../build/dev/screenshots]
//
// Exit status: 0 passed, 1 failed, 77 skipped (says why): no Chromium, no console/dist, or no node to start.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { ada, lockedKey, PASSPHRASE, pactFixture } from './pact-fixture.mjs';
import { startSyntheticNode } from './synthetic-node.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const skypact = resolve(option('skypact', join(here, '../../build/dev/skypact')));
const screenshots = resolve(option('screenshots', join(here, '../../build/dev/screenshots')));
const browserPath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const dist = resolve(here, '../dist');

function skip(why) {
  console.log(`SKIPPED: ${why}`);
  process.exit(77);
}
if (!browserPath) skip('no Chromium (tools/install-deps installs it; CHROMIUM names another)');
if (!existsSync(join(dist, 'index.html'))) skip('console/dist is missing: npm ci && npm run build in console/');
if (!existsSync(skypact)) skip(`no node to test against: ${skypact} is missing`);
if (spawnSync(skypact, ['serve', '--help']).status !== 0) skip(`${skypact} has no subcommand serve`);

const axe = readFileSync(join(here, '../node_modules/axe-core/axe.min.js'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'skypact-console-'));
mkdirSync(screenshots, { recursive: true });

async function freePort() {
  return new Promise((done) => {
    const s = createServer().listen(0, '127.0.0.1', () => {
      const { port } = s.address();
      s.close(() => done(port));
    });
  });
}
const port = await freePort();
const feedPort = await freePort();
const beastPort = await freePort();
const base = `http://127.0.0.1:${port}/`;
const config = join(folder, 'skypact.toml');
writeFileSync(config, `
[node]
name = "Browser test"
party = "north"
data_dir = "data"
position = [49.0, 8.0]
[server]
listen = "127.0.0.1:${port}"
[[party]]
id = "north"
name = "North Air Force"
badge = "NRTH"
[[party]]
id = "south"
name = "South Aviation Authority"
badge = "STH"
[[party]]
id = "relief"
name = "Joint Relief Flights"
badge = "RLF"
[[feed]]
name = "reports"
format = "report"
listen = "127.0.0.1:${feedPort}"
[[feed]]
name = "roof"
format = "beast"
listen = "127.0.0.1:${beastPort}"
[minima]
horizontal = "5nm"
vertical = "1000ft"
[altimetry]
transition_altitude = "10000ft"
[[zone]]
id = "hospital"
name = "Field hospital"
rule = "protected_site"
centre = [48.7, 7.9]
radius = "3nm"
floor = "surface"
ceiling = "5000ft amsl"
[recording]
enabled = true
[record]
enabled = true
name = "north.example/record"
key_file = "record.key"
`);
const made = spawnSync(skypact, ['key', 'generate', '--name', 'north.example/record', join(folder, 'record.key')], { encoding: 'utf8' });
if (made.status !== 0) throw new Error(`the record's key could not be made: ${made.stderr}`);

// ---- the node and its traffic
let node = null;
let output = '';
async function startNode() {
  stopping = false;
  node = spawn(skypact, ['serve', '--config', config, '--console', dist], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  node.stdout.on('data', (d) => (output += d));
  node.stderr.on('data', (d) => (output += d));
  await until('the node answers', async () => {
    if (node.exitCode !== null) throw new Error(`the node ended:\n${output.slice(-2000)}`);
    try {
      return (await fetch(`${base}api/v1/node`)).ok;
    } catch {
      return false;
    }
  });
}
let stopping = false;
async function stopNode(signal = 'SIGKILL') {
  stopping = true;
  const ended = new Promise((done) => node.once('exit', done));
  node.kill(signal);
  await ended;
}

const DEG_PER_NM = 1 / 60;
function aircraft(id, callsign, party, kind, lat, lon, altitude, speed, track, more = {}) {
  return { id, callsign, party, kind, lat, lon, altitude, speed, track, more };
}
const others = Array.from({ length: 24 }, (_, i) =>
  aircraft(`other-${i}`, `OTH${i}`, ['north', 'south', 'relief'][i % 3], ['civil', 'state', 'unmanned', 'humanitarian'][i % 4], 47.6 + (i % 6) * 0.55, 5.2 + Math.floor(i / 6) * 1.9, 3000 + i * 1500, 120 + i * 12, (i * 47) % 360),
);
const sky = [
  aircraft('conflict-a', 'NAF101', 'north', 'state', 49.2, 7.55, 24000, 300, 90),
  aircraft('conflict-b', 'SVA22', 'south', 'state', 49.215, 8.2, 24100, 300, 270),
  aircraft('distress', 'WFP450', 'relief', 'humanitarian', 49.6, 8.4, 15000, 220, 200, { squawk: '7700' }),
  ...others,
];
const started = Date.now();
let feed = null;
function report() {
  if (!feed || feed.destroyed) {
    feed = connect(feedPort, '127.0.0.1');
    feed.on('error', () => feed.destroy());
    return;
  }
  const t = (Date.now() - started) / 3600e3;
  for (const a of sky) {
    const d = a.speed * t * DEG_PER_NM;
    const rad = (a.track * Math.PI) / 180;
    const lat = a.lat + d * Math.cos(rad);
    const lon = a.lon + (d * Math.sin(rad)) / Math.cos((a.lat * Math.PI) / 180);
    feed.write(JSON.stringify({ id: a.id, callsign: a.callsign, party: a.party, class: a.kind, lat_deg: +lat.toFixed(6), lon_deg: +lon.toFixed(6), accuracy_m: 50, altitude_ft: a.altitude, altitude_datum: 'pressure', ground_speed_kt: a.speed, track_deg: a.track, measured_at: new Date().toISOString(), ...a.more }) + '\n');
  }
}

// One aircraft that says its address and no position: an all-call reply (DF11) as a Beast frame of type 2, its 24 bits
// of parity by the generator of Annex 10.
function allCallReply(address) {
  const bytes = [0x5d, (address >> 16) & 255, (address >> 8) & 255, address & 255, 0, 0, 0];
  let remainder = (bytes[0] << 16) | (bytes[1] << 8) | bytes[2];
  for (let i = 3; i < bytes.length; i++)
    for (let bit = 7; bit >= 0; bit--) {
      remainder = (remainder << 1) | ((bytes[i] >> bit) & 1);
      if (remainder & 0x1000000) remainder ^= 0x1fff409;
    }
  bytes.splice(4, 3, (remainder >> 16) & 255, (remainder >> 8) & 255, remainder & 255);
  const frame = [0x32, 0, 0, 0, 0, 0, 1, 0x80, ...bytes];
  return Buffer.from([0x1a, ...frame.flatMap((b) => (b === 0x1a ? [b, b] : [b]))]);
}
let receiver = null;
function reply() {
  if (!receiver || receiver.destroyed) {
    receiver = connect(beastPort, '127.0.0.1');
    receiver.on('error', () => receiver.destroy());
    return;
  }
  receiver.write(allCallReply(0x3b1234));
}

// ---- looking
async function until(what, probe, limit_ms = 30_000) {
  const end = Date.now() + limit_ms;
  let last;
  while (Date.now() < end) {
    if (node && !stopping && (node.exitCode !== null || node.signalCode !== null)) throw new Error(`the node ended by itself (${node.exitCode ?? node.signalCode}), waiting until ${what}`);
    last = await probe();
    if (last) return last;
    await new Promise((r) => setTimeout(r, 150));
  }
  throw new Error(`gave up after ${limit_ms / 1000} s waiting until ${what}`);
}
const rail = (page, text) => page.evaluate((t) => [...document.querySelectorAll('aside [data-alert]')].map((c) => c.textContent).find((c) => c.includes(t)) ?? '', text);
// What is read, without the marks that isolate names in a sentence.
const words = (page, selector) => page.evaluate((s) => (document.querySelector(s)?.innerText ?? '').replace(/[\u2066-\u2069]/g, ''), selector);
const see = (page, text, limit) => until(`"${text}" stands on the screen`, async () => (await words(page, 'body')).includes(text), limit);

const foreign = [];
const violations = [];
const mishaps = [];
let browser;
async function open(hash, settings = {}, size = { width: 1366, height: 768 }, { at = base, ...more } = {}) {
  const context = await browser.newContext({ viewport: size, ...more });
  await context.addInitScript((s) => {
    localStorage.setItem('skypact.settings', s);
    document.addEventListener('securitypolicyviolation', (e) => console.error(`POLICY ${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
  }, JSON.stringify(settings));
  const page = await context.newPage();
  page.on('request', (r) => {
    if (!r.url().startsWith(at) && !r.url().startsWith(at.replace('http', 'ws')) && !r.url().startsWith(`blob:${at}`)) foreign.push(r.url());
  });
  page.on('console', (m) => {
    if (/POLICY|Content Security Policy/.test(m.text())) violations.push(m.text());
  });
  page.on('pageerror', (e) => mishaps.push(String(e)));
  await page.goto(at + hash, { waitUntil: 'commit' }); // what a check waits for it says itself
  return page;
}
// Goes to a view and waits until it shows what it is for.
async function visit(page, hash) {
  await page.evaluate((h) => (location.hash = h), hash);
  const wanted = { picture: '.picture-canvas', replay: 'main .controls select', tracks: 'tbody button', zones: 'main form', feeds: 'tbody tr', alerts: 'figure canvas', record: '[data-action=verify], tbody tr' }[/^#\/(\w+)/.exec(hash)[1]];
  await until(`${hash} is shown`, () => page.evaluate((w) => document.querySelector(`main ${w.replace(/^main /, '')}`) !== null, wanted));
}
const shot = (page, name) => page.screenshot({ path: join(screenshots, `${name}.png`) });

async function audit(page, where) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  const list = found.violations.map((v) => `${v.id} (${v.impact}): ${v.help}\n    ${v.nodes.slice(0, 4).map((n) => n.target.join(' ') + ' · ' + (n.any[0]?.message ?? '')).join('\n    ')}`);
  assert.equal(list.length, 0, `axe in ${where}:\n  ${list.join('\n  ')}`);
}

const checks = [];
const check = (name, run) => checks.push({ name, run });
let a; // the first window
let b; // the second

check('an alert appears in the rail with the pair, the prediction and the minima it breaks', async () => {
  a = await open('#/picture');
  const card = await until('the conflict is in the rail', () => rail(a, 'NAF101'), 60_000);
  assert.match(card, /SVA22/);
  assert.match(card, /5\.0 NM/);
  assert.match(card, /1.000 ft/);
  assert.match(card, /minima\.default/);
});

check('the alert is on the map, in the colour of its severity', async () => {
  // Counted on the canvas itself: amber of a prediction or red of a conflict, and the violet of distress.
  const coloured = (r, g, bl) => a.evaluate(([r, g, bl]) => {
    let n = 0;
    for (const c of document.querySelectorAll('.picture-canvas')) {
      const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height);
      for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200 && Math.abs(data[i] - r) < 12 && Math.abs(data[i + 1] - g) < 12 && Math.abs(data[i + 2] - bl) < 12) n++;
    }
    return n;
  }, [r, g, bl]);
  await until('the pair is painted', async () => (await coloured(0xff, 0xb0, 0)) + (await coloured(0xff, 0x3b, 0x30)) > 60);
});

check('distress stands first in the rail and says its squawk', async () => {
  await until('distress leads', () => a.evaluate(() => document.querySelector('aside [data-alert]')?.textContent.includes('7700')));
  // 15,000 ft, above the configuration's transition altitude of 10,000 ft.
  assert.match(await rail(a, '7700'), /F150/);
  await shot(a, 'picture-night');
});

check('acknowledged by keyboard alone in one window, it shows in the other', async () => {
  b = await open('#/picture', { theme: 'day' }, { width: 1920, height: 1080 });
  await until('the second window has it too', () => rail(b, 'NAF101'));
  for (let i = 0; i < 6; i++) {
    await a.keyboard.press('x');
    if (await a.evaluate(() => document.activeElement?.closest('[data-alert]')?.textContent.includes('NAF101'))) break;
  }
  assert.equal(await a.evaluate(() => document.activeElement?.dataset.action), 'acknowledge');
  await a.keyboard.press('Enter');
  await until('the field for how has the focus', () => a.evaluate(() => document.activeElement?.tagName === 'INPUT'));
  await a.keyboard.type('climbing FL260');
  await a.keyboard.press('Enter');
  await until('this window shows it', async () => /We move.*climbing FL260/s.test(await rail(a, 'NAF101')));
  await until('the other window shows it', async () => /We move.*climbing FL260/s.test(await rail(b, 'NAF101')));
  await shot(b, 'picture-day');
});

check('the encounter view draws its three plots', async () => {
  const id = await a.evaluate(() => [...document.querySelectorAll('aside [data-alert]')].find((c) => c.textContent.includes('NAF101')).dataset.alert);
  await a.evaluate((id) => (location.hash = `#/alerts/${id}`), id);
  await until('the plots are there', () => a.evaluate(() => document.querySelectorAll('main figure canvas').length >= 3));
  await until('the plan is painted', () => a.evaluate(() => {
    const c = document.querySelector('main figure canvas');
    const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height);
    let bright = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i] + data[i + 1] + data[i + 2] > 500) bright++;
    return bright > 200;
  }));
  await shot(a, 'encounter-night');
});

check('an alert says why in the reader’s language, in the reader’s units, with callsigns isolated', async () => {
  const page = await open('#/picture', { language: 'ar', units: 'metric' });
  const id = await until('the conflict is in the rail', () => page.evaluate(() => [...document.querySelectorAll('aside [data-alert]')].find((c) => c.textContent.includes('NAF101'))?.dataset.alert));
  await visit(page, `#/alerts/${id}`);
  // The reasons are of the newest tick: when a report came late, the pair does not count as level for a moment.
  const reasons = await until('the level tolerance of 200 ft is there in metres', async () => {
    const shown = await page.evaluate(() => [...document.querySelectorAll('main .words li')].map((li) => li.textContent));
    return shown.some((r) => r.includes('\u206861 m\u2069')) ? shown : null;
  });
  assert.ok(reasons.length >= 3);
  for (const reason of reasons) {
    assert.match(reason, /[\u0600-\u06ff]/, reason);
    assert.doesNotMatch(reason, /level|minimum|position|\bft\b/, reason);
  }
  assert.ok(reasons.some((r) => r.includes('\u2068NAF101\u2069')));
  await shot(page, 'encounter-arabic');
  await page.context().close();
});

check('what the node refuses is shown behind words of the reader’s language, marked as English', async () => {
  const page = await open('#/zones', { language: 'fr' });
  await until('the form is there', () => page.evaluate(() => document.querySelector('main form input') !== null));
  await page.getByLabel('Nom', { exact: true }).fill('Croisée');
  await page.getByText('Polygone').click();
  await page.locator('main form textarea').first().fill('0 0\n1 1\n0 1\n1 0');
  await page.locator('main form button.primary').first().click();
  const said = await until('the refusal is shown', () => page.evaluate(() => document.querySelector('main .problem')?.innerHTML));
  assert.match(said, /Le nœud a refusé/);
  assert.match(said, /<bdi lang="en" dir="ltr"/);
  await page.context().close();
});

check('by keyboard alone: a track by its callsign, its address in the bar, the separation of two, other units', async () => {
  await visit(a, '#/picture');
  const choose = async (callsign) => {
    await a.keyboard.press('Control+k');
    await until('the palette is open', () => a.evaluate(() => document.activeElement?.getAttribute('role') === 'combobox'));
    await a.keyboard.type(callsign);
    await until('it is found', () => a.evaluate((c) => [...document.querySelectorAll('[role=option]')].some((o) => o.textContent.includes(c)), callsign));
    // Alerts of the same name stand above the track.
    for (let i = 0; i < 12 && !(await a.evaluate(() => /report:|Track/.test(document.querySelector('[role=option][aria-selected=true]')?.textContent ?? ''))); i++) await a.keyboard.press('ArrowDown');
    await a.keyboard.press('Enter');
  };
  await choose('OTH3');
  await until('the track is open', () => a.evaluate(() => document.querySelector('main section h2')?.textContent.includes('OTH3')));
  await until('the address names it', () => a.evaluate(() => /[?&]track=\d+/.test(location.hash)));
  await a.keyboard.press('p');
  await choose('OTH4');
  await until('the separation is told', () => a.evaluate(() => /OTH3.*OTH4.*closest/s.test(document.querySelector('.hint-line')?.textContent ?? '')));
  await shot(a, 'separation');
  await a.keyboard.press('Escape');
  await a.keyboard.press('Escape');
  await until('the address names none', () => a.evaluate(() => !/track=/.test(location.hash)));
  await a.keyboard.press('m');
  await until('distances are in kilometres', async () => /9\.3 km/.test(await rail(a, 'NAF101')));
  await a.keyboard.press('m');
  await until('and in miles again', async () => /5\.0 NM/.test(await rail(a, 'NAF101')));
});

check('what is heard and not located is counted on the map and listed', async () => {
  await visit(a, '#/picture');
  await see(a, '1 heard, not located');
  await a.getByRole('link', { name: /heard, not located/ }).click();
  await until('the table lists it alone', () => a.evaluate(() => {
    const rows = [...document.querySelectorAll('tbody tr')];
    return rows.length === 1 && rows[0].textContent.includes('3B1234');
  }));
});

check('nothing flashes for who asked for less motion', async () => {
  const page = await open('#/picture', {}, undefined, { reducedMotion: 'reduce' });
  await until('the rail is filled', () => rail(page, 'NAF101'));
  assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll('aside .severity i')].map((i) => getComputedStyle(i).animationName).filter((n) => n !== 'none')), []);
  await page.context().close();
});

check('a manual track typed from a voice report appears among the tracks', async () => {
  await a.evaluate(() => (location.hash = '#/picture'));
  await see(a, 'Manual track');
  await a.keyboard.press('n');
  await until('the form is open', () => a.evaluate(() => document.activeElement?.tagName === 'INPUT'));
  await a.keyboard.type('ALPHA1');
  await a.keyboard.press('Tab');
  await a.keyboard.type('4855.5N 00812.0E');
  await a.keyboard.press('Enter');
  await see(a, 'manual:ALPHA1');
  await a.keyboard.press('Escape');
  await a.evaluate(() => (location.hash = '#/tracks?find=ALPHA1'));
  await until('the table has it', () => a.evaluate(() => [...document.querySelectorAll('tbody td')].some((d) => d.textContent.includes('ALPHA1'))));
});

check('a zone added in one window shows in the other', async () => {
  await a.evaluate(() => (location.hash = '#/zones'));
  await b.evaluate(() => (location.hash = '#/zones'));
  await see(a, 'New zone');
  await a.keyboard.press('Escape');
  await a.getByLabel('Name', { exact: true }).fill('Test circle');
  await a.getByLabel('Centre').fill('49 10 N 8 20 E');
  await a.getByRole('button', { name: 'Add zone' }).click();
  await see(b, 'Test circle');
});

check('the record is read and checked here: head, key, entries by type, one entry down to its signature', async () => {
  await a.evaluate(() => (location.hash = '#/record'));
  await see(a, 'entries under the signed checkpoint');
  await until('the entries are listed', () => a.evaluate(() => document.querySelectorAll('main tbody a[href^="#/record/"]').length > 2));
  assert.match(await words(a, 'main'), /Checked\. The head of \d+ entries is signed by north\.example\/record/);
  await a.getByLabel('Type').selectOption('traffic');
  // The first stretch of traffic is recorded after ten seconds.
  await until('only traffic is listed', async () => {
    await a.getByRole('button', { name: 'Show', exact: true }).first().click();
    return a.evaluate(() => { const rows = [...document.querySelectorAll('main tbody tr')].filter((r) => r.querySelector('a[href^="#/record/"]')); return rows.length > 0 && rows.every((r) => /traffic/.test(r.textContent)); });
  });
  assert.match(await a.evaluate(() => location.hash), /type=traffic/);
  await shot(a, 'record-night');
  await a.evaluate(() => document.querySelector('main tbody a[href^="#/record/"]').click());
  await until('the entry is open', () => a.evaluate(() => document.querySelector('main [data-action=verify]') !== null));
  await a.locator('main [data-action=verify]').focus();
  await a.keyboard.press('Enter');
  await see(a, 'is in the signed record');
  const steps = await a.evaluate(() => [...document.querySelectorAll('main .result li')].map((l) => `${l.className.split(' ')[0]} ${l.innerText.replace(/[\u2066-\u2069]/g, '').replace(/\s+/g, ' ')}`));
  assert.ok(steps.some((s) => /^good .*hash to the leaf/.test(s)), steps.join('\n'));
  assert.ok(steps.some((s) => /^good .*leads to the root/.test(s)), steps.join('\n'));
  assert.ok(steps.some((s) => /^good .*is signed by north/.test(s)), steps.join('\n'));
  assert.ok(steps.some((s) => /^open .*what this node says/.test(s)), steps.join('\n'));
  await shot(a, 'record-entry-night');
});

check('the record’s proof that the browser gives is one that skypact ledger verify believes', async () => {
  const [coming] = await Promise.all([a.waitForEvent('download'), a.locator('main [data-action=download]').click()]);
  const file = join(folder, 'entry.tlog-proof');
  await coming.saveAs(file);
  const key = (await (await fetch(`${base}api/v1/node`)).json()).record.verifier_key;
  const verified = spawnSync(skypact, ['ledger', 'verify', file, '--key', key], { encoding: 'utf8' });
  assert.equal(verified.status, 0, verified.stdout + verified.stderr);
});

check('every entry of the record is verified, the key is kept, and another key or a flipped byte is shown in red', async () => {
  const page = await open('#/record');
  await page.getByRole('button', { name: /^Verify all .*entries/ }).click();
  await see(page, 'entries are what the signed head covers');
  await page.getByRole('button', { name: /I compared it/ }).click();
  await see(page, 'Compared and kept in this browser');
  // One byte of one entry, on its way here.
  await page.route('**/ledger/tile/entries/**', async (route) => {
    const answer = await route.fetch();
    const body = await answer.body();
    if (answer.ok()) body[10] ^= 1;
    await route.fulfill({ response: answer, body });
  });
  await page.reload();
  await page.getByRole('button', { name: /^Verify all .*entries/ }).click();
  await see(page, 'Wrong in 1 places');
  assert.match(await words(page, 'main .wrongs'), /Entry 0 is not what the signed head covers/);
  assert.match(await page.evaluate(() => getComputedStyle(document.querySelector('main .wrongs')).color), /rgb\(255, 122, 114\)/);
  await page.evaluate(() => (location.hash = '#/record/0'));
  await until('the entry is open', () => page.evaluate(() => document.querySelector('main [data-action=verify]') !== null));
  await page.locator('main [data-action=verify]').click();
  await see(page, 'DOES NOT FIT the signed record');
  assert.equal(await page.evaluate(() => document.querySelector('main [data-action=download]').disabled), true);
  await shot(page, 'record-wrong');
  // The same log under another key than the one that was kept.
  await page.evaluate(() => {
    const kept = JSON.parse(localStorage.getItem('skypact.record'));
    kept.pins['north.example/record'].key = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
    localStorage.setItem('skypact.record', JSON.stringify(kept));
  });
  await page.goto(`${base}#/record`);
  await page.reload();
  await until('the alarm is there', () => page.evaluate(() => /CHANGED/.test(document.querySelector('main [role=alert]')?.innerText ?? '')));
  await page.context().close();
});

check('axe finds nothing in any view, theme and language', async () => {
  const views = ['#/picture', '#/tracks', '#/zones', '#/feeds', '#/replay', '#/record', '#/record/0'];
  // Contrast depends on the theme alone, direction and marked words on the language alone: three rounds see both.
  for (const [theme, language] of [['night', 'fr'], ['day', 'ar'], ['contrast', 'ru']]) {
    const page = await open('#/picture', { theme, language });
    const id = await until('an alert is there', () => page.evaluate(() => [...document.querySelectorAll('aside [data-alert]')].find((c) => c.textContent.includes('NAF101'))?.dataset.alert));
    for (const view of [...views, `#/alerts/${id}`]) {
      await visit(page, view);
      await audit(page, `${view} (${theme}, ${language})`);
      await shot(page, `${view.replace(/[^a-z]/g, '')}-${theme}-${language}`);
    }
    await visit(page, '#/picture');
    for (const key of ['?', 'n', 'Control+k']) {
      await page.keyboard.press('Escape');
      await page.keyboard.press(key);
      await until(`${key} opens`, () => page.evaluate(() => document.querySelector('main [role=dialog]') !== null));
      await audit(page, `panel ${key} (${theme}, ${language})`);
      await page.keyboard.press('Escape');
      await until(`${key} is closed`, () => page.evaluate(() => document.querySelector('main [role=dialog]') === null));
    }
    await page.context().close();
  }
});

// Of the pact's page, against a stand-in that has a pact.
const fixture = pactFixture();
let pactNode = null;
const openPact = async (hash, settings, size) => {
  pactNode ??= await startSyntheticNode(20, 0, fixture);
  return open(hash, settings, size, { at: `http://127.0.0.1:${pactNode.port}/` });
};
const keyFile = join(folder, 'ada.key.json');
writeFileSync(keyFile, lockedKey(ada));

check('the pact says what waits for an answer, who has signed, what is suspended, and how long there is', async () => {
  const page = await openPact('#/pact');
  await see(page, 'State aircraft of North and of South keep 5 NM');
  const text = await words(page, 'main');
  assert.match(text, /SUSPENDED/);
  assert.match(text, /exercise in the gap/);
  assert.match(text, /Dmitri Orlov has not signed/);
  assert.match(text, /Carla Ruiz/);
  assert.match(text, /19 h \d\d min/);
  assert.match(text, /after the near miss of Tuesday/);
  assert.match(text, /never suspended/);
  await shot(page, 'pact-night');
  await page.evaluate((one) => (location.hash = `#/pact/clauses?version=${one}`), fixture.one);
  await until('the suspended clause is marked', () => page.evaluate(() => document.querySelector('[id="clause-zone.gap"].suspended') !== null));
  assert.equal(await page.evaluate(() => document.querySelector('[id="clause-frequency.guard"] .floor') !== null), true);
  await page.evaluate((two) => (location.hash = `#/pact/versions?version=${two}`), fixture.two);
  await until('the difference is shown', async () => /3nm[\s\S]*5nm/.test(await words(page, 'main')) && /Dam/.test(await words(page, 'main')));
  assert.match(await words(page, 'main'), /version 1 · in force[\s\S]*version 2 · theirs/i);
  await shot(page, 'pact-versions');
  await page.evaluate(() => (location.hash = '#/pact/map'));
  await until('the map is drawn', () => page.evaluate(() => document.querySelectorAll('main .map canvas').length > 0));
  await see(page, 'Northern gap');
  await new Promise((r) => setTimeout(r, 500));
  await shot(page, 'pact-map');
  await page.context().close();
});

check('a pact is answered clause by clause, by keyboard: the text in full, the locked key, held two seconds, sent once', async () => {
  const page = await openPact('#/pact');
  await see(page, 'Your answer');
  await page.locator('[id="clause-minima.state"] input[value=counter]').focus();
  await page.keyboard.press('Space');
  await see(page, 'A reason is missing for');
  assert.equal(await page.getByRole('button', { name: 'Sign the response' }).isDisabled(), true);
  await page.locator('[id="clause-minima.state"] .reason input').fill('4 NM until the radar is back');
  await page.getByRole('button', { name: 'Sign the response' }).click();
  await see(page, 'Exactly what is signed');
  assert.match(await page.evaluate(() => document.querySelector('.dialog pre').textContent), /^\{"at":".*"answer":"counter","clause":"minima\.state","reason":"4 NM until the radar is back".*"type":"pact\.response","v":1\}\n$/);
  // The rail stays free.
  assert.ok(await page.evaluate(() => document.querySelector('.dialog').getBoundingClientRect().right <= document.querySelector('aside').getBoundingClientRect().left));
  await page.getByLabel('Locked key file').setInputFiles(keyFile);
  await page.getByLabel('Passphrase').fill('wrong');
  await page.keyboard.press('Enter');
  await see(page, 'wrong passphrase, or the file is damaged');
  await page.getByLabel('Passphrase').fill(PASSPHRASE);
  await page.keyboard.press('Enter');
  await see(page, 'You sign as');
  await audit(page, 'signing (night, en)');
  await shot(page, 'pact-signing');
  // Let go too early: nothing is signed.
  await page.locator('[data-action=hold]').focus();
  await page.keyboard.down('Space');
  await new Promise((r) => setTimeout(r, 700));
  await page.keyboard.up('Space');
  await new Promise((r) => setTimeout(r, 1800));
  assert.equal(fixture.received.length, 0);
  await page.keyboard.down('Space');
  await see(page, 'Signed and recorded by this node');
  await page.keyboard.up('Space');
  assert.equal(fixture.received.length, 1);
  assert.deepEqual(fixture.received[0].body.clauses, [{ answer: 'counter', clause: 'minima.state', reason: '4 NM until the radar is back' }]);
  assert.deepEqual(Object.keys(fixture.received[0].seen), ['south.example/record']);
  assert.equal(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }).includes('PRIVATE')), false);
  await page.context().close();
});

check('what the node refuses of a pact is shown with its reason, and the suspension can name clauses only outside of the floor', async () => {
  const page = await openPact(`#/pact/clauses?version=${fixture.one}`);
  await page.getByRole('button', { name: 'Suspend' }).click();
  await page.getByLabel('only these clauses:').click();
  const offered = await page.evaluate(() => [...document.querySelectorAll('.scope bdi')].map((b) => b.textContent));
  assert.ok(offered.includes('zone.gap') && !offered.includes('frequency.guard') && !offered.includes('escalation'), offered.join());
  await page.locator('.scope input').first().click();
  await page.getByLabel('Reason').fill('refuse me');
  await page.getByRole('button', { name: 'Go to the signature' }).click();
  await page.getByLabel('Locked key file').setInputFiles(keyFile);
  await page.getByLabel('Passphrase').fill(PASSPHRASE);
  await page.keyboard.press('Enter');
  await see(page, 'You sign as');
  const box = await page.locator('[data-action=hold]').boundingBox();
  await page.mouse.move(box.x + 20, box.y + 20);
  await page.mouse.down();
  await see(page, 'zone.gap is suspended already by south');
  await page.mouse.up();
  await page.context().close();
});

check('a pact is drafted: defects at the field, a polygon on the map, and a proposal whose terms hash to what is signed', async () => {
  const page = await openPact(`#/pact/draft?version=${fixture.one}`);
  await page.getByRole('button', { name: 'New version from these terms' }).click();
  await page.getByRole('button', { name: /Minima state/ }).click();
  await page.getByLabel('Horizontal').fill('5 miles');
  await see(page, 'Write a length with its unit');
  await shot(page, 'pact-draft');
  assert.equal(await page.getByRole('button', { name: 'Propose' }).isDisabled(), true);
  await page.getByLabel('Horizontal').fill('5nm');
  await page.getByRole('button', { name: '+ Zone' }).click();
  await page.getByRole('button', { name: /Draw on the map/ }).click();
  const map = await page.locator('main .clause .map .target').boundingBox();
  await page.locator('main .clause .map .target').scrollIntoViewIfNeeded();
  const at = await page.locator('main .clause .map .target').boundingBox();
  for (const [x, y] of [[0.4, 0.4], [0.6, 0.4], [0.5, 0.6]]) await page.mouse.click(at.x + at.width * x, at.y + at.height * y);
  assert.ok(map);
  await see(page, '3 so far');
  await page.getByRole('button', { name: 'Take this outline' }).click();
  await until('the corners are in the field', () => page.evaluate(() => document.querySelector('#f-outline')?.value.split('\n').length === 3));
  await see(page, 'nothing to mend that can be told here');
  await page.getByRole('button', { name: 'Propose' }).click();
  await page.getByLabel('Respond by (UTC)').fill('2099-01-01 06:00');
  await page.getByRole('button', { name: 'Go to the signature' }).click();
  await page.getByLabel('Locked key file').setInputFiles(keyFile);
  await page.getByLabel('Passphrase').fill(PASSPHRASE);
  await page.keyboard.press('Enter');
  await see(page, 'You sign as');
  await page.keyboard.down('Enter');
  await see(page, 'Ben Sørensen is still needed');
  await page.keyboard.up('Enter');
  const proposal = fixture.received.find((r) => r.type === 'pact.proposal');
  assert.equal(createHash('sha256').update(proposal.termsText).digest('hex'), proposal.body.terms);
  assert.equal(JSON.parse(proposal.termsText).supersedes, fixture.one);
  assert.equal(JSON.parse(proposal.termsText).minima.clause[0].horizontal, '5nm');
  await page.context().close();
});

check('axe finds nothing on the pact’s page in any theme and language', async () => {
  for (const [theme, lang] of [['night', 'fr'], ['day', 'ar'], ['contrast', 'ru'], ['night', 'en']]) {
    const page = await openPact('#/pact', { theme, language: lang });
    for (const part of ['clauses', 'map', 'versions', 'draft', 'dry-run']) {
      await page.evaluate((p) => (location.hash = `#/pact/${p}`), part);
      await until(`${part} is shown`, () => page.evaluate((p) => document.querySelector(`main .tabs [aria-current=page]`)?.href.includes(`/pact/${p}`) && document.querySelectorAll('main .page > *').length > 3, part));
      if (part === 'draft') await page.locator('main button.primary').last().click();
      await audit(page, `#/pact/${part} (${theme}, ${lang})`);
      await shot(page, `pact-${part}-${theme}-${lang}`);
      if (part === 'draft') await page.evaluate(() => localStorage.removeItem('skypact.draft'));
    }
    await page.context().close();
  }
});

check('in Arabic the page runs right to left, callsigns isolated, and says that nobody reviewed it', async () => {
  const page = await open('#/picture', { language: 'ar' });
  await until('the rail is filled', () => rail(page, 'NAF101'));
  assert.equal(await page.evaluate(() => document.documentElement.dir), 'rtl');
  assert.equal(await page.evaluate(() => document.querySelector('aside .callsign')?.tagName), 'BDI');
  assert.ok(await page.evaluate(() => document.querySelector('aside').getBoundingClientRect().left < 10), 'the rail stands on the left');
  assert.match(await page.evaluate(() => document.querySelector('header').textContent), /غير مراجعة/);
  await audit(page, '#/picture (ar)');
  await shot(page, 'picture-arabic');
  await page.context().close();
});

check('a lost node is unmistakable, and after its restart the alert is back without a reload', async () => {
  await a.evaluate(() => (location.hash = '#/picture'));
  await a.evaluate(() => (window.notReloaded = true));
  await until('it is live', () => a.evaluate(() => document.querySelector('header .state.ok') !== null));
  await stopNode();
  await see(a, 'NOT LIVE', 15_000);
  await until('the band over the picture', () => a.evaluate(() => document.querySelector('main .band')?.textContent.includes('NOT where they are shown')));
  await shot(a, 'not-live');
  await startNode();
  await until('it is live again', () => a.evaluate(() => document.querySelector('header .state.ok') !== null), 30_000);
  await until('the alert is back', () => rail(a, 'NAF101'), 60_000);
  assert.ok(await a.evaluate(() => window.notReloaded === true));
});

check('replay cannot be mistaken for live', async () => {
  await a.evaluate(() => (location.hash = '#/replay'));
  await see(a, 'REPLAY');
  await a.getByRole('button', { name: /Play/ }).click();
  await until('the recording plays', () => a.evaluate(() => /\d\d:\d\d:\d\dZ ×/.test(document.querySelector('main .band')?.textContent ?? '')), 20_000);
  await shot(a, 'replay-night');
});

check('no foreign request, a strict policy and nothing against it, no error in the page', async () => {
  const policy = (await fetch(base)).headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'self'/);
  assert.doesNotMatch(policy, /unsafe|data:|blob:|\*|https?:|wss?:/);
  assert.deepEqual(foreign, []);
  assert.deepEqual(violations, []);
  assert.deepEqual(mishaps, []);
});

let failed = 0;
const traffic = setInterval(() => (report(), reply()), 1000);
try {
  await startNode();
  browser = await chromium.launch({ executablePath: browserPath, args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-gpu', '--disable-accelerated-2d-canvas'] });
  // --only WORD: the checks whose name has it, and the first, which opens the window.
  const only = option('only', '');
  for (const { name, run } of checks.filter((c, i) => i === 0 || c.name.includes(only))) {
    const begun = Date.now();
    try {
      await run();
      console.log(`ok    ${name} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
    } catch (e) {
      failed++;
      console.log(`FAIL  ${name}\n${e instanceof Error ? e.message : e}`);
      if (a) await shot(a, `failed-${failed}`).catch(() => undefined);
    }
  }
} finally {
  clearInterval(traffic);
  feed?.destroy();
  receiver?.destroy();
  await browser?.close();
  pactNode?.close();
  if (node && node.exitCode === null && node.signalCode === null) await stopNode('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
}
if (failed && output) console.log(`the node said:\n${output.slice(-1500)}`);
console.log(failed ? `${failed} of ${checks.length} checks failed` : `all ${checks.length} checks passed`);
process.exit(failed ? 1 : 0);
