// The pact's page in a real browser on three real nodes, which tests/pact_console_test.py runs: drafted, proposed, answered clause by
// clause, held against a recording, signed by two persons, carried out, suspended.
//
//   node test/pact.spec.mjs WORLD.json SCREENSHOTS
//
// WORLD.json: {"skypact", "passphrase_file", "passphrase", "parties": {"north": {"url", "keys": [two files], "recording", "config"}, "south", "relief"}}
// Exit status: 0 passed, 1 failed, 77 skipped: no Chromium.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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

async function until(what, probe, limit_ms = 180_000) {
  const end = Date.now() + limit_ms;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${limit_ms / 1000} s: ${what}`);
    await new Promise((r) => setTimeout(r, 150));
  }
}
const words = (page, selector) => page.evaluate((s) => (document.querySelector(s)?.innerText ?? '').replace(/[\u2066-\u2069]/g, ''), selector);
const see = (page, text, selector = 'body') => until(`"${text}" stands on the screen`, async () => (await words(page, selector)).includes(text));
const shot = (page, name) => page.screenshot({ path: join(screenshots, `${name}.png`) });
const go = (page, hash) => page.evaluate((h) => (location.hash = h), hash);
const pactOf = async (party) => (await fetch(`${world.parties[party].url}api/v1/pact`)).json();
const versionAt = async (party, terms) => (await pactOf(party)).versions.find((v) => v.terms === terms);
const utc = (ms) => new Date(ms).toISOString();

// As that person of the party.
function shell(party, person, ...rest) {
  const { url, keys } = world.parties[party];
  const run = spawnSync(world.skypact, ['pact', ...rest, '--node', url, '--key', keys[person], '--passphrase-file', world.passphrase_file, '--yes'], { encoding: 'utf8' });
  assert.equal(run.status, 0, `${rest.join(' ')}: ${run.stderr}`);
}

const problems = [];
const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
async function open(party, hash, settings = {}, viewport = { width: 1440, height: 900 }) {
  const context = await browser.newContext({ viewport });
  context.setDefaultTimeout(180_000); // a busy machine
  await context.addInitScript((s) => {
    localStorage.setItem('skypact.settings', s);
    document.addEventListener('securitypolicyviolation', (e) => console.error(`POLICY ${e.violatedDirective} ${e.blockedURI}`));
  }, JSON.stringify(settings));
  const page = await context.newPage();
  page.on('console', (m) => /POLICY|Content Security Policy/.test(m.text()) && problems.push(m.text()));
  page.on('pageerror', (e) => problems.push(String(e)));
  await page.goto(world.parties[party].url + hash, { waitUntil: 'commit' });
  return page;
}

// The dialog is open: the person's key file, the passphrase, and the button held.
async function sign(page, party, person) {
  await page.getByLabel('Locked key file').setInputFiles(world.parties[party].keys[person]);
  await page.getByLabel('Passphrase').fill(world.passphrase);
  const began = Date.now();
  await page.keyboard.press('Enter');
  await see(page, 'You sign as', '.dialog');
  console.log(`    a key of full cost opens in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  await page.locator('[data-action=hold]').focus();
  await page.keyboard.down('Space');
  await see(page, 'Signed and recorded by this node', '.dialog');
  await page.keyboard.up('Space');
  const said = await words(page, '.dialog');
  await page.locator('.dialog .body button.primary').click();
  return said;
}

let north, south, second;
const checks = [
  ['what is agreed stands there with its signatures, how long it holds, and that its review comes near', async () => {
    north = await open('north', '#/pact');
    await see(north, 'Signatures', 'main');
    for (const party of ['north', 'south', 'relief']) await see(north, `Signatory 1 of ${party}`, 'main');
    assert.match(await words(north, 'main'), /Next review\s+9 d \d+ h/i);
    assert.match(await words(north, 'main'), /Holds until\s+29 d \d+ h/i);
    await until('the top bar says that the review comes', () => north.evaluate(() => /review in\s+.?9 d/.test(document.querySelector('header [data-reminder=review]')?.innerText ?? '')));
    await shot(north, 'real-in-force');
  }],
  ['a negotiator drafts another minimum and proposes it; the terms hash to what is signed', async () => {
    await go(north, '#/pact/draft');
    await north.getByRole('button', { name: 'New version from these terms' }).click();
    await north.getByRole('button', { name: /Minima abreast/ }).click();
    await north.getByLabel('Horizontal').fill('5nm');
    await north.getByRole('button', { name: /^Validity/ }).click();
    // Seconds enough for everybody to sign on a busy machine.
    await north.getByLabel('Valid from').fill(utc(Date.now() + world.lead_s * 1000).replace(/\.\d+/, ''));
    await see(north, 'nothing to mend that can be told here', 'main');
    await shot(north, 'real-draft');
    await north.getByRole('button', { name: 'Propose' }).click();
    await north.getByLabel('Respond by (UTC)').fill(utc(Date.now() + (world.lead_s - 30) * 1000).slice(0, 16).replace('T', ' '));
    await north.getByRole('button', { name: 'Go to the signature' }).click();
    await see(north, '"type":"pact.proposal"', '.dialog');
    await sign(north, 'north', 0);
    second = (await pactOf('north')).versions.find((v) => v.state === 'proposed').terms;
  }],
  ['the other party sees the difference and what it would have done on its own recording', async () => {
    await until('South has the proposal', () => versionAt('south', second));
    south = await open('south', '#/pact/versions');
    await until('the difference', async () => /3nm[\s\S]*5nm/.test(await words(south, 'main')));
    assert.match(await words(south, 'main'), /version 1 · in force[\s\S]*version 2 · theirs/i);
    await shot(south, 'real-difference');
    const draft = join(dirname(worldFile), 'proposed.json');
    writeFileSync(draft, await (await fetch(`${world.parties.south.url}api/v1/pact/terms/${second}`)).text());
    const run = spawnSync(world.skypact, ['pact', 'dry-run', '--terms', draft, '--recording', world.parties.south.recording, '--config', world.parties.south.config, '--json'], { encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
    writeFileSync(join(dirname(worldFile), 'dry-run.json'), run.stdout);
    await go(south, '#/pact/dry-run');
    await south.locator('main input[type=file]').setInputFiles(join(dirname(worldFile), 'dry-run.json'));
    await see(south, 'minima.abreast', 'main');
    await shot(south, 'real-dry-run');
  }],
  ['it answers clause by clause; every signature is there or missing by name, and the time runs', async () => {
    await go(south, '#/pact/clauses');
    await see(south, 'Your answer', 'main');
    await south.locator('[id="clause-minima.abreast"] input[value=accept]').check();
    await south.getByRole('button', { name: 'Sign the response' }).click();
    await sign(south, 'south', 0);
    await until('Relief has the proposal', () => versionAt('relief', second));
    shell('relief', 0, 'respond', second, '--accept');
    await until('all accept', async () => (await versionAt('north', second)).state === 'agreed');
    await go(north, `#/pact/clauses?version=${second}`);
    await see(north, 'Sign these terms', 'main');
    await north.getByRole('button', { name: 'Sign these terms' }).click();
    assert.match(await sign(north, 'north', 0), /1 of 2 signatures/);
    await until('one of North is there, the others are missing', async () => /Signatory 2 of north has not signed/.test(await words(north, 'main')) && /Signatory 1 of south has not signed/.test(await words(north, 'main')));
    assert.match(await words(north, 'main'), /Would hold from\s+[\dhmin :]+/i);
    await shot(north, 'real-signatures');
    await north.getByRole('button', { name: 'Sign these terms' }).click();
    await sign(north, 'north', 1);
    for (const party of ['south', 'relief']) {
      await until(`${party} knows that all accept`, async () => (await versionAt(party, second)).state === 'agreed');
      for (const person of [0, 1]) shell(party, person, 'sign', second);
    }
  }],
  ['at the agreed instant it is in force everywhere, and the top bar names it', async () => {
    await until('signed by all', async () => ['signed', 'in_force'].includes((await versionAt('north', second)).state));
    for (const page of [north, south]) await until('the version in the top bar', async () => (await words(page, 'header .pact')).includes('corridor v2'), 240_000);
    await until('in force on the page', async () => /In force/i.test(await words(north, 'main .head')));
  }],
  ['two persons suspend a clause in the browser; the banner stands at the other party too, and says what is never suspended', async () => {
    await go(south, `#/pact/clauses?version=${second}`);
    await south.getByRole('button', { name: 'Suspend' }).click();
    await south.getByLabel('only these clauses:').click();
    await south.locator('.scope label', { hasText: 'minima.abreast' }).click();
    await south.getByLabel('Reason').fill('radar is out');
    await south.getByRole('button', { name: 'Go to the signature' }).click();
    assert.match(await sign(south, 'south', 0), /1 of 2 signatures/);
    await south.getByRole('button', { name: /Add your signature/ }).click();
    await see(south, 'Signed already by Signatory 1 of south', '.dialog');
    await sign(south, 'south', 1);
    for (const page of [south, north]) {
      await see(page, 'SUSPENDED', 'main');
      assert.match(await words(page, 'main'), /radar is out[\s\S]*minima\.abreast[\s\S]*never suspended/);
    }
    await shot(north, 'real-suspended');
  }],
];

let failed = 0;
for (const [name, run] of checks) {
  try {
    await run();
    console.log(`ok  ${name}`);
  } catch (e) {
    failed++;
    console.log(`FAILED  ${name}\n${e.stack}`);
    for (const [page, who] of [[north, 'north'], [south, 'south']]) if (page) await shot(page, `failed-${who}`);
    break;
  }
}
// For the eye: every theme, a narrow screen, from right to left.
if (!failed) {
  for (const [hash, settings, size] of [['clauses', { theme: 'day' }, [1440, 900]], ['clauses', {}, [820, 1180]], ['clauses', { language: 'ar' }, [1440, 900]], ['map', {}, [1440, 900]], ['versions', { theme: 'day' }, [820, 1180]]]) {
    const page = await open('north', `#/pact/${hash}?version=${second}`, settings, { width: size[0], height: size[1] });
    await until('the page', async () => (await words(page, 'main')).length > 200);
    await new Promise((r) => setTimeout(r, 1000));
    await shot(page, `real-${hash}-${settings.theme ?? 'night'}-${settings.language ?? 'en'}-${size[0]}`);
    await page.context().close();
  }
  const record = await open('north', '#/record');
  await until('the record', async () => (await record.evaluate(() => document.querySelectorAll('main tbody tr').length)) > 3);
  await shot(record, 'real-record');
}
await browser.close();
if (problems.length) {
  failed++;
  console.log(`FAILED  the page does what its policy forbids, or throws:\n${problems.join('\n')}`);
}
process.exit(failed ? 1 : 0);
