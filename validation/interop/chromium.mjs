// Headless Chromium as a program of ./zws interop: it opens a page that runs the cases. docs/interop.md says what it is asked and says.
// A page cannot send Pings, nor choose its fragments; Chromium itself makes fragments of what is long.
// usage: node chromium.mjs client URL [--deflate] CASE...
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';

const [url, ...cases] = process.argv.slice(3).filter((argument) => argument !== '--deflate'); // which it always offers
const browser = process.env.CHROMIUM ?? 'chromium';
const PATIENCE = 60_000;

/** Runs in the page. */
async function runCase(url, name) {
  const socket = new WebSocket(url + name, name === 'subprotocol' ? ['other', 'interop'] : []);
  socket.binaryType = 'arraybuffer';
  const events = [];
  let wake = () => {};
  const put = (event) => { events.push(event); wake(); };
  const next = async () => {
    while (events.length === 0) {
      await new Promise((resolve) => {
        wake = resolve;
        setTimeout(() => put({ type: 'nothing for 20 s' }), 20_000);
      });
    }
    return events.shift();
  };
  socket.onopen = socket.onmessage = socket.onclose = put;
  const check = (holds, what) => { if (!holds) throw new Error(what); };
  const receive = async (message) => {
    const { type, data, code } = await next();
    check(type === 'message', `${type} ${code ?? ''} came for a message of ${message.length}`);
    const same = typeof message === 'string' ? data === message
      : data.byteLength === message.length && new Uint8Array(data).every((b, i) => b === message[i]);
    check(same, `${message.length} came back changed`);
  };
  const exchange = async (...messages) => {
    for (const message of messages) {
      socket.send(message);
      await receive(message);
    }
  };
  const closed = async (expectedCode, expectedReason) => {
    const { type, code, reason, wasClean } = await next();
    check(type === 'close' && code === expectedCode && wasClean && (expectedReason ?? reason) === reason,
      `${type} with ${code} '${reason}' clean=${wasClean}`);
  };
  const bytes = (n) => Uint8Array.from({ length: n }, (_, i) => 17 * i + 31);
  const row = (i) => JSON.stringify({ id: i, type: 'trade', symbol: 'EURUSD', price: 1.08 + i, venue: 'XETR' });
  const random = (n) => Uint8Array.from({ length: n }, () => 256 * Math.random());
  const messages = {
    text: ['Grüße, 世界 \u{1F600}', row(1).repeat(50)],
    offers: ['Grüße, 世界 \u{1F600}', row(1).repeat(50)],
    binary: [bytes(256), bytes(4096)],
    empty: ['', bytes(0)],
    large: ['x'.repeat(1 << 20), bytes(1 << 20)],
    fragmented: ['\u{1F600} in fragments, '.repeat(30_000), random(400_000)],
    ping: ['one', 'two'],
    subprotocol: ['agreed'],
    windows: [...Array.from({ length: 6 }, (_, i) => row(i)), row(1).repeat(800), bytes(1 << 18), random(3000), '', bytes(0), row(7)],
  };
  check((await next()).type === 'open', 'not opened');
  if (name === 'subprotocol') check(socket.protocol === 'interop', `agreed on '${socket.protocol}'`);
  if (name === 'greeting') await receive('welcome');
  if (name === 'closing') {
    socket.close(4000, 'by the client');
    await closed(4000);
  } else if (name === 'closed') {
    socket.send('close me');
    await closed(4001, 'by the server');
  } else {
    await exchange(...(messages[name] ?? [name]));
    socket.close(1000, 'done');
    await closed(1000);
  }
}

/** Runs in the page, too. */
async function runAll(url, cases) {
  const lines = [];
  for (const name of cases) {
    lines.push(await runCase(url, name).then(() => `${name} ok`, (error) => `${name} failed: ${error.message}`));
  }
  await fetch('/said', { method: 'POST', body: lines.join('\n') });
}

console.log(execFileSync(browser, ['--version']).toString().replace(/^\D*([\d.]+)[^]*$/, 'version $1'));
const profile = mkdtempSync(path.join(os.tmpdir(), 'zws-chromium-'));
let child;
const said = await new Promise((resolve) => {
  const page = http.createServer((request, response) => {
    if (request.method === 'POST') {
      let body = '';
      request.on('data', (chunk) => { body += chunk; });
      request.on('end', () => { response.end(); resolve(body); });
    } else {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.end(`<!doctype html><script>${runCase} ${runAll}
        runAll(${JSON.stringify(url)}, ${JSON.stringify(cases)});</script>`);
    }
  });
  setTimeout(() => resolve(`nothing for ${PATIENCE / 1000} s`), PATIENCE).unref();
  page.listen(0, '127.0.0.1', () => {
    child = spawn(browser, ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync', `--user-data-dir=${profile}`,
      `http://127.0.0.1:${page.address().port}/`], { stdio: 'ignore', detached: true }); // a group of its own, to be ended whole
    child.on('error', (error) => resolve(`cannot start ${browser}: ${error.message}`));
  });
});
console.log(said);
if (child?.pid && child.exitCode === null) {
  const gone = new Promise((resolve) => child.on('exit', resolve));
  process.kill(-child.pid, 'SIGKILL');
  await gone;
}
try {
  rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
} catch (error) {
  console.error(`chromium: left ${profile} behind: ${error.code}`); // says nothing about the case
}
process.exit(0);
