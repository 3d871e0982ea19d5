// Node's ws as a program of ./zws interop: docs/interop.md says what it is asked and says.
// usage: node ws.mjs server [--deflate] [--takeover none|both --window BITS]
//        node ws.mjs client URL [--deflate] [--takeover none|both --window BITS] CASE...
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

// What peers/js/install.sh has installed.
const require = createRequire(new URL('../../peers/target/npm/ws/', import.meta.url));
const { WebSocket, WebSocketServer } = require('ws');

const { values, positionals: [role, url, ...cases] } = parseArgs({
  allowPositionals: true,
  options: { deflate: { type: 'boolean', default: false }, takeover: { type: 'string' }, window: { type: 'string' } },
});
console.log(`version ${require('ws/package.json').version}`);

/** Of permessage-deflate, what --takeover and --window say is asked for. */
const asking = values.takeover === undefined ? {} : {
  serverNoContextTakeover: values.takeover === 'none',
  clientNoContextTakeover: values.takeover === 'none',
  serverMaxWindowBits: Number(values.window),
  clientMaxWindowBits: Number(values.window),
};

function serve() {
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    perMessageDeflate: values.deflate && { threshold: 0, ...asking },
    handleProtocols: (offered) => (offered.has('interop') ? 'interop' : false),
  });
  server.on('listening', () => console.log(`listening on ws://127.0.0.1:${server.address().port}/`));
  server.on('connection', (socket, { url: path }) => {
    socket.on('error', (error) => console.log(`failed ${error}`));
    socket.on('close', (code, reason) => console.log(`closed ${code} ${reason}`));
    socket.on('message', (data, binary) => {
      if (path === '/closed') return socket.close(4001, 'by the server');
      const half = data.length >> 1; // within a character, perhaps
      const split = path === '/fragmented' || (path === '/windows' && data.length > 1000);
      if (split) socket.send(data.subarray(0, half), { binary, fin: false });
      socket.send(data.subarray(split ? half : 0), { binary });
    });
    if (path === '/greeting') socket.send('welcome');
    if (path === '/ping') socket.ping('from the server');
  });
}

const bytes = (length) => Buffer.from(Uint8Array.from({ length }, (_, i) => 17 * i + 31));
const json = (i) => JSON.stringify({ id: i, type: 'trade', symbol: 'EURUSD', side: 'buy', price: 1.0834 + i, venue: 'XETR' });
const rows = JSON.stringify(Array.from({ length: 650 }, (_, i) => json(i * 7919))).slice(0, 65_536);

/** Of permessage-deflate: small messages that resemble each other, long ones, ones that do not become shorter, and empty ones. */
const compressible = [
  ...Array.from({ length: 6 }, (_, i) => json(i)),
  rows, 'Grüße, 世界 \u{1F600}! '.repeat(40), randomBytes(3000), rows, Buffer.from(rows.repeat(3)), '', Buffer.alloc(0), json(1),
];

async function open(name) {
  const socket = new WebSocket(url + name, name === 'subprotocol' ? ['other', 'interop'] : [],
    values.takeover === undefined && name !== 'windows' ? {} : { perMessageDeflate: { threshold: 0, ...asking } });
  const events = [];
  let wake = () => {};
  const put = (event) => { events.push(event); wake(); };
  socket.on('open', () => put('open'));
  socket.on('message', (data, binary) => put(binary ? data : data.toString()));
  socket.on('pong', (data) => put({ pong: data.toString() }));
  socket.on('close', (code, reason) => put({ code, reason: reason.toString() }));
  socket.on('error', (error) => put({ error: error.message }));
  const next = async () => {
    const end = AbortSignal.timeout(20_000);
    end.addEventListener('abort', () => put({ error: 'nothing came' }));
    while (events.length === 0) await new Promise((resolve) => { wake = resolve; });
    return events.shift();
  };
  const expect = async (expected) => {
    const event = await next();
    const same = Buffer.isBuffer(expected) ? Buffer.isBuffer(event) && expected.equals(event) : undefined;
    if (same === undefined) assert.deepEqual(event, expected);
    else assert.ok(same, `${expected.length} bytes came back as ${Buffer.isBuffer(event) ? event.length + ' bytes' : JSON.stringify(event)}`);
  };
  await expect('open');
  return { socket, next, expect };
}

async function run(name) {
  const { socket, expect } = await open(name);
  const exchange = async (...messages) => {
    for (const message of messages) {
      socket.send(message);
      await expect(message);
    }
  };
  const fragments = (text, ...cuts) => {
    const data = Buffer.from(text);
    [0, ...cuts].forEach((from, i) => socket.send(data.subarray(from, cuts[i] ?? data.length), { binary: false, fin: i === cuts.length }));
  };
  switch (name) {
    case 'text':
    case 'offers':
      await exchange('Grüße, 世界 \u{1F600}', json(1).repeat(40));
      break;
    case 'binary':
      await exchange(bytes(256), bytes(4096));
      break;
    case 'empty':
      await exchange('', Buffer.alloc(0));
      break;
    case 'large':
      await exchange('x'.repeat(1 << 20), bytes(1 << 20));
      break;
    case 'fragmented': { // within a character, an empty one
      const text = 'frag\u{1F600}mented '.repeat(300);
      fragments(text, 6, 6, 9);
      await expect(text);
      break;
    }
    case 'ping':
      socket.send('frag', { fin: false });
      socket.ping('between'); // of the fragments of a message
      await expect({ pong: 'between' });
      socket.send('mented');
      await expect('fragmented');
      break;
    case 'subprotocol':
      assert.equal(socket.protocol, 'interop');
      await exchange(name);
      break;
    case 'greeting':
      await expect('welcome');
      await exchange(name);
      break;
    case 'closing':
      socket.close(4000, 'by the client');
      return expect({ code: 4000, reason: 'by the client' });
    case 'closed':
      socket.send('close me');
      return expect({ code: 4001, reason: 'by the server' });
    case 'windows': // all of it before the first answer is looked at, and a message in fragments with Pings between
      for (const message of compressible) socket.send(message);
      for (let at = 0; at < rows.length; at += 9_999) socket.send(rows.slice(at, at + 9_999), { fin: at + 9_999 >= rows.length });
      for (const message of [...compressible, rows]) await expect(message);
      break;
    default:
      assert.fail('there is no such case');
  }
  socket.close(1000, 'done');
  await expect({ code: 1000, reason: 'done' });
}

if (role === 'server') {
  serve();
} else {
  for (const name of cases) {
    await run(name).then(() => console.log(`${name} ok`), (error) => console.log(`${name} failed: ${error.message.replace(/\s+/g, ' ').slice(0, 300)}`));
  }
  process.exit(0);
}
