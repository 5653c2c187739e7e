// A stand-in for a node that serves console/dist and as many synthetic aircraft as asked for: the source of
// the drawing benchmark (test/bench.mjs), where the engine's own work must not be measured along with it.
//
//   node test/synthetic-node.mjs [AIRCRAFT] [PORT]
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { randomStream } from './random.mjs';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json', '.woff2': 'font/woff2', '.woff': 'font/woff' };
export const POLICY = "default-src 'self'";
const SITE = [49, 8];

function makeAircraft(count) {
  const random = randomStream(1);
  return Array.from({ length: count }, (_, i) => ({
    id: i + 1,
    lat: SITE[0] + (random() - 0.5) * 22,
    lon: SITE[1] + (random() - 0.5) * 36,
    altitude: Math.floor(random() * 400) * 100,
    speed: 150 + random() * 350,
    track: random() * 360,
    climb: random() < 0.7 ? 0 : (random() - 0.5) * 4000,
    kind: 1 + Math.floor(random() * 4),
    party: random() < 0.005 ? 1 + Math.floor(random() * 3) : 0,
    severity: random() < 0.001 ? 3 : 0,
  }));
}

function frame(aircraft, at_ms) {
  const buffer = Buffer.alloc(24 + 56 * aircraft.length);
  buffer.write('SKYP', 0);
  buffer.writeUInt16LE(1, 4);
  buffer.writeUInt16LE(56, 6);
  buffer.writeBigInt64LE(BigInt(at_ms) * 1000n, 8);
  buffer.writeUInt32LE(aircraft.length, 16);
  aircraft.forEach((a, i) => {
    const o = 24 + 56 * i;
    buffer.writeUInt32LE(a.id, o);
    buffer.writeInt32LE(Math.round(a.lat * 1e7), o + 4);
    buffer.writeInt32LE(Math.round(a.lon * 1e7), o + 8);
    buffer.writeInt32LE(a.altitude * 8, o + 12);
    buffer.writeUInt16LE(Math.round(a.speed * 8), o + 16);
    buffer.writeUInt16LE(Math.floor((a.track / 360) * 65536), o + 18);
    buffer.writeInt16LE(Math.round(a.climb / 8), o + 20);
    buffer.writeUInt16LE(5, o + 22);
    buffer.writeUInt16LE(65535, o + 24);
    buffer.writeUInt16LE(60, o + 26);
    buffer[o + 29] = a.kind;
    buffer[o + 30] = a.party;
    buffer[o + 32] = 1;
    buffer[o + 33] = a.severity;
    buffer.writeInt16LE(-32768, o + 34);
    buffer.writeInt16LE(-32768, o + 36);
    buffer.write(`SYN${a.id}`.slice(0, 8), o + 40);
    buffer.writeUInt32LE(0x400000 + a.id, o + 48);
  });
  return buffer;
}

// `more` answers what else a page asks for: more.answer(method, path, body) → { status, type, body } or null.
export function startSyntheticNode(count, port = 0, more = null) {
  const aircraft = makeAircraft(count);
  const started = new Date().toISOString();
  const node = () => ({
    name: 'synthetic', version: '0', party: 'north', now: new Date().toISOString(), started_at: started, site: SITE, demo: true,
    parties: [{ id: 'unknown', name: 'Unknown', badge: '?' }, { id: 'north', name: 'North', badge: 'NRTH' }, { id: 'south', name: 'South', badge: 'STH' }, { id: 'relief', name: 'Relief', badge: 'REL' }],
    minima_default: { horizontal_nm: 5, vertical_ft: 1000 }, level_tolerance_ft: 200, transition_altitude_ft: 10000, tick_period_s: 1, recording: { state: 'off' },
  });
  const answers = {
    '/api/v1/node': node,
    '/api/v1/alerts': () => ({ now: new Date().toISOString(), alerts: [] }),
    '/api/v1/zones': () => ({ zones: [] }),
    '/api/v1/feeds': () => ({ feeds: [] }),
    '/api/v1/inhibitions': () => ({ inhibitions: [] }),
    '/api/v1/groups': () => ({ groups: [] }),
  };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://x');
    const answer = answers[pathname];
    if (answer) {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      return response.end(JSON.stringify(answer()));
    }
    if (more) {
      const parts = [];
      for await (const part of request) parts.push(part);
      const other = more.answer(request.method, pathname, Buffer.concat(parts).toString());
      if (other) {
        response.writeHead(other.status, { 'Content-Type': other.type });
        return response.end(other.body);
      }
    }
    try {
      const file = normalize(join(DIST, pathname === '/' ? 'index.html' : pathname));
      if (!file.startsWith(normalize(DIST))) throw new Error('outside');
      const body = await readFile(file);
      response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', 'Content-Security-Policy': /\/assets\/signer\.worker-/.test(file) ? `${POLICY}; script-src 'self' 'wasm-unsafe-eval'` : POLICY });
      response.end(body);
    } catch {
      response.writeHead(404, { 'Content-Type': 'application/json' });
      response.end('{"error":{"code":"not_found","message":"Not found."}}');
    }
  });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const pictures = new Set();
  const followers = new Set();
  server.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (ws) => {
      if (request.url.startsWith('/api/v1/picture')) {
        pictures.add(ws);
        ws.on('close', () => pictures.delete(ws));
      } else ws.send(JSON.stringify({ seq: 1, at: new Date().toISOString(), type: 'hello', node: node() }));
      if (request.url.startsWith('/api/v1/events')) {
        followers.add(ws);
        ws.on('close', () => followers.delete(ws));
        const beat = setInterval(() => ws.send(JSON.stringify({ seq: 1, at: new Date().toISOString(), type: 'tick', tick: {} })), 1000);
        ws.on('close', () => clearInterval(beat));
      }
    }),
  );
  const timer = setInterval(() => {
    for (const a of aircraft) {
      a.lat += (a.speed / 3600 / 60) * Math.cos((a.track * Math.PI) / 180);
      a.lon += ((a.speed / 3600 / 60) * Math.sin((a.track * Math.PI) / 180)) / Math.cos((a.lat * Math.PI) / 180);
    }
    const data = frame(aircraft, Date.now());
    for (const ws of pictures) ws.send(data);
  }, 1000);
  return new Promise((resolve) =>
    server.listen(port, '127.0.0.1', () =>
      resolve({
        port: server.address().port,
        // To whoever follows the events.
        say: (event) => followers.forEach((ws) => ws.send(JSON.stringify(event))),
        close: () => {
          clearInterval(timer);
          for (const ws of sockets.clients) ws.terminate();
          server.close();
          server.closeAllConnections();
        },
      }),
    ),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { port } = await startSyntheticNode(Number(process.argv[2] ?? 20000), Number(process.argv[3] ?? 0));
  console.log(`http://127.0.0.1:${port}/`);
}
