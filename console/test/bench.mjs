// How busy 20,000 aircraft keep the main thread, without a GPU: headless Chromium, software canvas, frames of
// a synthetic node once a second. Prints what bench/README.md records.
//
//   node test/bench.mjs [AIRCRAFT] [SECONDS]
import { existsSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { startSyntheticNode } from './synthetic-node.mjs';

const count = Number(process.argv[2] ?? 20000);
const seconds = Number(process.argv[3] ?? 15);
const executablePath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
const node = await startSyntheticNode(count);
const browser = await chromium.launch({ executablePath, args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-gpu', '--disable-accelerated-2d-canvas'] });
const page = await (await browser.newContext({ viewport: { width: 1920, height: 1080 } })).newPage();
// Processor time of the page's main thread as the kernel counts it, so that other load on the machine does not
// count. A thread's utime and stime are fields 14 and 15 of its stat, in hundredths of a second.
const system = await browser.newBrowserCDPSession();
const renderers = async () => (await system.send('SystemInfo.getProcessInfo')).processInfo.filter((p) => p.type === 'renderer');
function threadSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function measure(what, during) {
  const pid = (await renderers()).sort((p, q) => q.cpuTime - p.cpuTime)[0].id;
  const [task0, wall0] = [threadSeconds(pid), performance.now()];
  const frames0 = await page.evaluate(() => window.painted);
  await during();
  const [task1, wall1] = [threadSeconds(pid), performance.now()];
  const frames1 = await page.evaluate(() => window.painted);
  const wall = (wall1 - wall0) / 1000;
  console.log(`${what}: main thread ${(((task1 - task0) / wall) * 100).toFixed(1)} % of a core, ${((frames1 - frames0) / wall).toFixed(1)} animation frames/s`);
}

await page.goto(`http://127.0.0.1:${node.port}/#/picture?span=1300`);
await page.evaluate(() => {
  window.painted = 0;
  const count = () => {
    window.painted++;
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
});
await page.waitForTimeout(8000);
console.log(`${count} aircraft, 1920 × 1080, ${browser.version()}`);
await measure('standing still, all in view', () => page.waitForTimeout(seconds * 1000));
await measure('panning without pause', async () => {
  await page.mouse.move(800, 600);
  await page.mouse.down();
  const end = Date.now() + seconds * 1000;
  for (let k = 0; Date.now() < end; k++) await page.mouse.move(800 + 250 * Math.sin(k / 9), 600 + 160 * Math.cos(k / 13));
  await page.mouse.up();
});
await page.evaluate(() => (location.hash = '#/tracks'));
await page.waitForTimeout(2000);
await measure('track table', () => page.waitForTimeout(seconds * 1000));
await browser.close();
node.close();
