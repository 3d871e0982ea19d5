// permessage-deflate with Node's ws. As a client it exchanges messages with the echo at the URL given; the URL's query says what
// has to come of it, as wire.mjs reads it. Without a query it asks for every combination in turn. As a server it echoes, what is
// longer than 1,000 bytes in two fragments, and ends with SIGTERM.
// usage: node deflate-ws.mjs client ws://host:port/[?takeover=none|both&window=BITS] | server [TAKEOVER BITS]
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';

const { WebSocket, WebSocketServer } = createRequire(process.env.ZWS_NODE_MODULES + '/')('ws');
const [role, url, bits] = process.argv.slice(2);

const asking = (takeover, window) => ({
  threshold: 0,
  serverNoContextTakeover: takeover === 'none',
  clientNoContextTakeover: takeover === 'none',
  serverMaxWindowBits: Number(window),
  clientMaxWindowBits: Number(window),
});

const json = (i) => JSON.stringify({ id: i, type: 'trade', symbol: 'EURUSD', side: 'buy', price: 1.0834 + i, venue: 'XETR' });
const rows = JSON.stringify(Array.from({ length: 650 }, (_, i) => json(i * 7919))).slice(0, 65_536);
const messages = [
  ...Array.from({ length: 6 }, (_, i) => json(i)),
  rows, 'Grüße, 世界 \u{1F600}! '.repeat(40), randomBytes(3000), rows, Buffer.from(rows.repeat(3)), '', Buffer.alloc(0), json(1),
];

/** Sends everything, then one more message in fragments, while the answers come; they have to be the same. */
async function exchange(address, perMessageDeflate) {
  const socket = new WebSocket(address, { perMessageDeflate });
  const answers = [];
  await new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', (code, reason) => (code === 1000 ? resolve() : reject(new Error(`closed with ${code} ${reason}`))));
    socket.on('message', (data, binary) => {
      answers.push(binary ? data : data.toString());
      if (answers.length === messages.length + 1) socket.close(1000);
    });
    socket.on('open', () => {
      for (const message of messages) socket.send(message);
      for (let at = 0; at < rows.length; at += 9_999) {
        socket.send(rows.slice(at, at + 9_999), { fin: at + 9_999 >= rows.length });
        socket.ping();
      }
    });
  });
  assert.deepEqual(answers, [...messages, rows]);
}

if (role === 'server') {
  const perMessageDeflate = url === undefined ? { threshold: 0 } : asking(url, bits);
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate }, () =>
    console.log(`listening on ws://127.0.0.1:${server.address().port}/`));
  server.on('connection', (socket) => socket.on('message', (data, binary) => {
    const half = data.length >> 1;
    if (data.length > 1000) socket.send(data.subarray(0, half), { binary, fin: false });
    socket.send(data.subarray(data.length > 1000 ? half : 0), { binary });
  }));
  process.on('SIGTERM', () => process.exit(0));
} else {
  setTimeout(() => { console.error('deflate ws: no end after 30 s'); process.exit(1); }, 30_000).unref();
  if (url.includes('?')) {
    await exchange(url, { threshold: 0 });
  } else {
    for (const takeover of ['none', 'both']) {
      for (const window of [9, 12, 15]) await exchange(`${url}?takeover=${takeover}&window=${window}`, asking(takeover, window));
    }
  }
  console.log(`node ws: deflate, ${url.split('?')[1] ?? 'each combination'}`);
}
