// Calls by voice and video in a real browser with a camera and a microphone that are not real, on two real nodes, which
// tests/call_console_test.py runs.
//
//   node test/call.spec.mjs WORLD.json SCREENSHOTS
//
// WORLD.json: {"parties": {"north": {"url"}, "south": {"url"}}}
// Exit status: 0 passed, 1 failed, 77 skipped: no Chromium.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [, , worldFile, screenshots] = process.argv;
const world = JSON.parse(readFileSync(worldFile, 'utf8'));
const browserPath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (!browserPath) {
  console.log('SKIPPED: no Chromium (tools/install-deps installs it; CHROMIUM names another)');
  process.exit(77);
}
mkdirSync(screenshots, { recursive: true });

async function until(what, probe, limit_ms = 60_000) {
  const end = Date.now() + limit_ms;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${limit_ms / 1000} s: ${what}`);
    await new Promise((r) => setTimeout(r, 150));
  }
}
const words = (page, selector) => page.evaluate((s) => (document.querySelector(s)?.innerText ?? '').replace(/[\u2066-\u2069]/g, ''), selector);
const see = (page, text, selector = '.call') => until(`"${text}" stands on the screen`, async () => (await words(page, selector)).includes(text));
const phase = (page) => page.evaluate(() => document.querySelector('.call')?.dataset.phase ?? '');
const until_phase = (page, wanted, limit_ms) => until(`the call is ${wanted}`, async () => (await phase(page)) === wanted, limit_ms);
const shot = (page, name) => page.screenshot({ path: join(screenshots, `${name}.png`) });

const problems = [];
// Without mDNS the candidates are addresses, which a machine without a network can use; the loopback counts as one.
const fake = ['--no-sandbox', '--disable-gpu', '--use-fake-device-for-media-stream', '--allow-loopback-in-peer-connection', '--disable-features=WebRtcHideLocalIpsWithMdns'];
const browser = await chromium.launch({ executablePath: browserPath, args: [...fake, '--use-fake-ui-for-media-stream'] });
const strict = await chromium.launch({ executablePath: browserPath, args: [...fake, '--deny-permission-prompts'] });
async function open(party, from = browser) {
  const context = await from.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(60_000);
  await context.addInitScript(() => document.addEventListener('securitypolicyviolation', (e) => console.error(`POLICY ${e.violatedDirective} ${e.blockedURI}`)));
  const page = await context.newPage();
  page.on('console', (m) => /POLICY|Content Security Policy/.test(m.text()) && problems.push(m.text()));
  page.on('pageerror', (e) => problems.push(String(e)));
  await page.goto(`${world.parties[party].url}#/feeds`, { waitUntil: 'commit' });
  await until('the page is there', () => page.evaluate(() => !!document.querySelector('main h1')));
  return page;
}

// The picture goes on: its time does.
async function advances(page) {
  const time = () => page.evaluate(() => document.querySelector('video.remote')?.currentTime ?? 0);
  const first = await until('a picture comes', time);
  await until('the picture goes on', async () => (await time()) > first + 0.3);
  assert.ok(await page.evaluate(() => document.querySelector('video.remote').videoWidth > 0));
}
// Neither picture nor rail has anything of the call over it.
async function coversNothing(page) {
  const overlaps = await page.evaluate(() => {
    const box = (s) => document.querySelector(s).getBoundingClientRect();
    const call = box('.call');
    return ['main', 'aside'].filter((s) => { const b = box(s); return call.left < b.right - 1 && b.left < call.right - 1 && call.top < b.bottom - 1 && b.top < call.bottom - 1; });
  });
  assert.deepEqual(overlaps, []);
}
const openList = async (page) => {
  if (!(await page.evaluate(() => !!document.querySelector('.call [data-call-desk="south/duty"]')))) await page.keyboard.press(',');
};
const callSouth = async (page) => {
  await openList(page);
  await page.locator('.call [data-call-desk="south/duty"]').click();
};

let north, south;
const checks = [
  ['a call is placed, rings, is answered by a key, and both see each other and who it is', async () => {
    north = await open('north');
    south = await open('south');
    await callSouth(north);
    await until_phase(south, 'ringing');
    await see(south, 'calls Duty desk');
    await coversNothing(south);
    await until('who calls stands there, signed', () => south.evaluate(() => document.querySelector('[data-identity=signed]')));
    await shot(south, 'call-ringing');
    await south.keyboard.press(',');
    for (const page of [north, south]) {
      await until_phase(page, 'talking');
      await see(page, 'IDENTITY VERIFIED');
      await advances(page);
      await coversNothing(page);
    }
    const digits = (page) => words(page, '.digits');
    assert.match(await digits(north), /\d{3} \d{3} \d{3} \d{3}/);
    assert.equal(await digits(north), await digits(south));
    await shot(north, 'call-verified');
  }],
  ['it is muted and ended, and its minutes are signed by both', async () => {
    await north.locator('[data-call=mute]').click();
    assert.equal(await north.locator('[data-call=mute]').getAttribute('aria-pressed'), 'true');
    await north.locator('[data-call=camera]').click();
    await north.locator('[data-call=end]').click();
    for (const page of [north, south]) await until_phase(page, 'over');
    await north.locator('textarea').fill('Nothing flies over the ridge before noon.');
    await north.locator('[data-minutes=sign]').click();
    await see(south, 'Nothing flies over the ridge before noon.');
    await south.locator('[data-minutes=agree]').click();
    for (const page of [north, south]) {
      await see(page, 'signed by both');
    }
    await shot(south, 'call-minutes');
    for (const page of [north, south]) await page.locator('[data-call=close]').click();
  }],
  ['a description that was tampered with on its way warns loudly, shows nothing, and stands in the record', async () => {
    await south.route('**/api/v1/line/signals/*/sdp', async (route) => {
      const answer = await route.fetch();
      const sdp = (await answer.text()).replace(/(a=fingerprint:sha-256 )(..)/g, (_, head, byte) => head + (byte === '00' ? '01' : '00'));
      await route.fulfill({ response: answer, body: sdp });
    });
    await callSouth(north);
    await until_phase(south, 'ringing');
    await see(south, 'DO NOT TRUST THIS CALL');
    await see(south, 'The description names another certificate than the officer signed.');
    await shot(south, 'call-warning');
    await south.keyboard.press(',');
    assert.equal(await phase(south), 'ringing', 'a key does not answer what is not to be trusted');
    await south.locator('[data-call=answer]').click();
    for (const page of [north, south]) {
      await until_phase(page, 'over');
      assert.equal(await page.evaluate(() => document.querySelectorAll('video.remote').length), 0);
    }
    await see(south, 'DO NOT TRUST THIS CALL');
    await south.unroute('**/api/v1/line/signals/*/sdp');
    const calls = (await (await fetch(`${world.parties.south.url}api/v1/line/calls`)).json()).calls;
    assert.deepEqual(calls[0].signals.filter((s) => s.kind === 'checked' && s.from === 'south').map((s) => s.outcome).slice(0, 1), ['refuted']);
    for (const page of [north, south]) await page.locator('[data-call=close]').click();
  }],
  ['an officer of whom nothing is known is hidden until one insists, and that stands in the record too', async () => {
    await south.route('**/api/v1/line/officers', async (route) => {
      if (route.request().method() !== 'GET') return route.continue();
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), officers: [] } });
    });
    await callSouth(north);
    await until_phase(south, 'ringing');
    await see(south, 'No key of this officer was announced.');
    await south.locator('[data-call=answer]').click();
    await until_phase(south, 'talking');
    assert.ok(await south.evaluate(() => !!document.querySelector('.remote.hidden') && !document.querySelector('video.remote')));
    await shot(south, 'call-hidden');
    await south.locator('[data-call=insist]').click();
    await see(south, 'NOT VERIFIED: shown because you insisted');
    await advances(south);
    await coversNothing(south);
    await south.keyboard.press(',');
    for (const page of [north, south]) await until_phase(page, 'over');
    const calls = (await (await fetch(`${world.parties.north.url}api/v1/line/calls`)).json()).calls;
    assert.deepEqual(calls[0].signals.filter((s) => s.kind === 'checked' && s.from === 'south').map((s) => s.outcome), ['refuted', 'insisted']);
    await south.unroute('**/api/v1/line/officers');
    for (const page of [north, south]) await page.locator('[data-call=close]').click();
  }],
  ['a call that is an exercise says so on both sides and in the record, and the next one is none', async () => {
    await openList(north);
    await north.locator('[data-call-exercise]').check();
    await callSouth(north);
    await until_phase(south, 'ringing');
    for (const page of [north, south]) await see(page, 'EXERCISE');
    await shot(south, 'call-exercise');
    await south.locator('[data-call=answer]').click();
    await until_phase(south, 'talking');
    await south.keyboard.press(',');
    for (const page of [north, south]) await until_phase(page, 'over');
    const recorded = async (who) => (await (await fetch(`${world.parties[who].url}api/v1/line/calls`)).json()).calls[0];
    assert.deepEqual([(await recorded('north')).exercise, (await recorded('south')).exercise], [true, true]);
    for (const page of [north, south]) await page.locator('[data-call=close]').click();
    await callSouth(north);
    await until_phase(south, 'ringing');
    assert.equal((await recorded('south')).exercise, false, 'the mark is of one call');
    assert.equal(await south.evaluate(() => document.querySelectorAll('.call .state [data-exercise]').length), 0);
    await north.keyboard.press(',');
    for (const page of [north, south]) await until_phase(page, 'over');
    for (const page of [north, south]) await page.locator('[data-call=close]').click();
  }],
  ['a microphone that is refused is said plainly, and nothing is called', async () => {
    const before = (await (await fetch(`${world.parties.north.url}api/v1/line/calls`)).json()).calls.length;
    const deaf = await open('north', strict);
    await callSouth(deaf);
    await see(deaf, 'The microphone was refused');
    await see(deaf, 'Text goes on');
    await shot(deaf, 'call-refused');
    assert.equal((await (await fetch(`${world.parties.north.url}api/v1/line/calls`)).json()).calls.length, before);
    await deaf.context().close();
  }],
  ['nothing on the pages went wrong', async () => assert.deepEqual(problems, [])],
];

let failed = 0;
for (const [name, check] of checks) {
  try {
    await check();
    console.log(`ok    ${name}`);
  } catch (e) {
    failed = 1;
    console.error(`FAIL  ${name}\n${e.stack}`);
    for (const [who, page] of [['north', north], ['south', south]]) if (page) console.error(who, await words(page, '.call').catch(() => ''));
    break;
  }
}
await browser.close();
await strict.close();
process.exit(failed);
