// Exchanges messages with the echo at the URL given, using Node's ws. Exits with 0 when every rule held.
// usage: node node-ws.mjs ws://host:port/
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const WebSocket = createRequire(process.env.ZWS_NODE_MODULES + '/')('ws');
const [url] = process.argv.slice(2);
const socket = new WebSocket(url); // offers permessage-deflate, as ws does by default; the answer may decline it

const events = [];
let wake = () => {};
const put = (event) => { events.push(event); wake(); };
const next = async () => {
  while (events.length === 0) await new Promise((resolve) => { wake = resolve; });
  return events.shift();
};
socket.on('open', () => put({ type: 'open' }));
socket.on('message', (data, binary) => put({ type: 'message', data, binary }));
socket.on('pong', (data) => put({ type: 'pong', data }));
socket.on('close', (code, reason) => put({ type: 'close', code, reason: reason.toString() }));
socket.on('error', (error) => put({ type: 'error', error }));
setTimeout(() => { console.error('node ws: no end after 30 s'); process.exit(1); }, 30_000).unref();

async function echoed(data, binary) {
  const { type, data: answer, binary: answeredBinary, error } = await next();
  assert.equal(type, 'message', String(error));
  assert.equal(answeredBinary, binary);
  assert.ok(Buffer.from(data).equals(answer), `${data.length} bytes came back changed`);
}

assert.equal((await next()).type, 'open');
const big = Buffer.alloc(1 << 20, (1 << 16) + 1).map((_, i) => (17 * i + 31) & 0xff);
for (const [data, binary] of [
  ['Grüße, 世界 \u{1F600}', false], [Buffer.from(Array.from({ length: 256 }, (_, i) => i)), true],
  [big, true], ['x'.repeat(1 << 20), false], ['', false], [Buffer.alloc(0), true],
]) {
  socket.send(data, { binary });
  await echoed(data, binary);
}
// one text message in four fragments, cut within a character, a ping between them
const text = Buffer.from('frag\u{1F600}mented');
socket.send(text.subarray(0, 6), { binary: false, fin: false });
socket.send(Buffer.alloc(0), { fin: false });
socket.ping('between');
socket.send(text.subarray(6, 9), { fin: false });
socket.send(text.subarray(9), { fin: true });
const pong = await next();
assert.equal(pong.type, 'pong');
assert.equal(pong.data.toString(), 'between');
await echoed(text, false);

socket.close(1000, 'done');
const { type, code, reason } = await next();
assert.deepEqual({ type, code, reason }, { type: 'close', code: 1000, reason: 'done' });
console.log('node ws: text, binary, 1 MiB, fragmented, empty, ping, close 1000');
