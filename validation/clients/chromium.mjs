// Opens a page in headless Chromium that exchanges messages with the echo at the URL given. A page cannot choose its fragments,
// so a proxy in between counts the frames of what Chromium sends by itself. Exits with 0 when every rule held.
// usage: node chromium.mjs ws://host:port/
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const target = new URL(process.argv[2]);
const browser = process.env.CHROMIUM ?? 'chromium';

/** Counts, in the bytes that a client sends, the data frames without FIN: those of messages in fragments. */
class FragmentCounter {
  fragments = 0;
  #rest = Buffer.alloc(0);
  #headDone = false;
  #skip = 0;

  take(chunk) {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    if (!this.#headDone) {
      const end = this.#rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.#headDone = true;
      this.#rest = this.#rest.subarray(end + 4);
    }
    for (;;) {
      const skipped = Math.min(this.#skip, this.#rest.length);
      this.#rest = this.#rest.subarray(skipped);
      this.#skip -= skipped;
      if (this.#skip > 0 || this.#rest.length < 2) return;
      const size = this.#rest[1] & 0x7f;
      const header = 6 + (size === 126 ? 2 : size === 127 ? 8 : 0);
      if (this.#rest.length < header) return;
      if ((this.#rest[0] & 0x80) === 0) this.fragments++;
      this.#skip = header + (size === 126 ? this.#rest.readUInt16BE(2) : size === 127 ? Number(this.#rest.readBigUInt64BE(2)) : size);
    }
  }
}

const counters = [];
const proxy = net.createServer((client) => {
  const server = net.connect(Number(target.port), target.hostname);
  const counter = new FragmentCounter();
  counters.push(counter);
  client.on('data', (chunk) => counter.take(chunk));
  client.pipe(server).pipe(client);
  client.on('error', () => server.destroy());
  server.on('error', () => client.destroy());
});

/** Runs in the page. */
async function exchange(url) {
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  const events = [];
  let wake = () => {};
  const put = (event) => { events.push(event); wake(); };
  const next = async () => {
    while (events.length === 0) await new Promise((resolve) => { wake = resolve; });
    return events.shift();
  };
  socket.onopen = put;
  socket.onmessage = put;
  socket.onclose = put;
  const check = (holds, what) => { if (!holds) throw new Error(what); };
  check((await next()).type === 'open', 'not opened');
  const bytes = (n) => Uint8Array.from({ length: n }, (_, i) => 17 * i + 31);
  const rows = Array.from({ length: 6 }, (_, i) => JSON.stringify({ id: i, type: 'trade', symbol: 'EURUSD', price: 1.08 + i, venue: 'XETR' }));
  for (const message of [...rows, 'Grüße, 世界 \u{1F600}', bytes(256), bytes(1 << 20), 'x'.repeat(1 << 20), '', bytes(0)]) {
    socket.send(message);
    const { type, data, code } = await next();
    check(type === 'message', `closed with ${code}`);
    const same = typeof message === 'string' ? data === message
      : data.byteLength === message.length && new Uint8Array(data).every((b, i) => b === message[i]);
    check(same, `${message.length} came back changed`);
  }
  socket.close(1000, 'done');
  const { type, code, reason, wasClean } = await next();
  check(type === 'close' && code === 1000 && reason === 'done' && wasClean, `closed with ${code} '${reason}' clean=${wasClean}`);
}

const listen = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
const profile = mkdtempSync(path.join(os.tmpdir(), 'zws-chromium-'));
let child;
const verdict = new Promise((resolve) => {
  const page = http.createServer((request, response) => {
    if (request.method === 'POST') {
      let body = '';
      request.on('data', (chunk) => { body += chunk; });
      request.on('end', () => { response.end(); resolve(body); });
    } else {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.end(`<!doctype html><script>${exchange}
        exchange('ws://127.0.0.1:${proxy.address().port}/${target.search}').then(() => 'ok', String)
          .then((body) => fetch('/verdict', { method: 'POST', body }));</script>`);
    }
  });
  setTimeout(() => resolve('no verdict after 60 s'), 60_000).unref();
  listen(proxy).then(() => listen(page)).then((port) => {
    child = spawn(browser, ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync', `--user-data-dir=${profile}`,
      `http://127.0.0.1:${port}/`], { stdio: 'ignore', detached: true }); // a group of its own, to be ended whole
    child.on('error', (error) => resolve(`cannot start ${browser}: ${error.message}`));
  });
});
const said = await verdict;
const fragments = counters.reduce((sum, counter) => sum + counter.fragments, 0);
if (child?.pid && child.exitCode === null) {
  const gone = new Promise((resolve) => child.on('exit', resolve));
  process.kill(-child.pid, 'SIGKILL');
  await gone;
}
try {
  rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
} catch (error) {
  console.error(`chromium: left ${profile} behind: ${error.code}`); // says nothing about the echo
}
if (said !== 'ok' || (fragments === 0 && target.search === '')) { // compressed, a message may be too small for fragments
  console.error(`chromium: ${said}, ${fragments} fragments sent`);
  process.exit(1);
}
console.log(`chromium: text, binary, JSON, 1 MiB, empty, ${fragments} fragments of its own making, close 1000`);
process.exit(0);
