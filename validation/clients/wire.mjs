// A proxy in front of a server that reads the frames that pass. The query of each request says what has to be agreed on, as in
// /?takeover=none&window=9, where takeover is none or both; a connection that agrees on anything else, or on which either side sends
// fewer than five compressed messages, is a failure. Ended by SIGTERM, it exits with 0 when no connection failed.
// usage: node wire.mjs ws://host:port/      prints its own address
import net from 'node:net';

const target = new URL(process.argv[2]);
const LEAST = 5;
let connections = 0;
let failures = 0;
const open = new Set();

/** One direction of a connection: the head, and how many messages were compressed (RSV1 on their first frame: RFC 7692, 6). */
class Direction {
  head = '';
  compressed = 0;
  #rest = Buffer.alloc(0);
  #skip = 0;

  take(chunk) {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    if (this.head === '') {
      const end = this.#rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.head = this.#rest.toString('latin1', 0, end);
      this.#rest = this.#rest.subarray(end + 4);
    }
    for (;;) {
      const skipped = Math.min(this.#skip, this.#rest.length);
      this.#rest = this.#rest.subarray(skipped);
      this.#skip -= skipped;
      if (this.#skip > 0 || this.#rest.length < 2) return;
      const size = this.#rest[1] & 0x7f;
      const length = size === 126 ? 2 : size === 127 ? 8 : 0;
      if (this.#rest.length < 2 + length) return;
      if (this.#rest[0] & 0x40) this.compressed++;
      const payload = length === 0 ? size : length === 2 ? this.#rest.readUInt16BE(2) : Number(this.#rest.readBigUInt64BE(2));
      this.#skip = 2 + length + (this.#rest[1] & 0x80 ? 4 : 0) + payload;
    }
  }
}

/** Why a connection is not what its request's query asks for; nothing when it is. */
function fault(client, server) {
  const asked = new URL(client.head.split(' ')[1] ?? '/', target).searchParams;
  const agreed = (server.head.match(/^sec-websocket-extensions:(.*)$/im)?.[1] ?? 'nothing').trim();
  const parameters = agreed.split(';').map((parameter) => parameter.trim());
  const none = asked.get('takeover') === 'none';
  const window = Number(asked.get('window'));
  for (const side of ['server', 'client']) {
    if (parameters.includes(`${side}_no_context_takeover`) !== none) return `asked for ${asked}, agreed on ${agreed}`;
    const bits = parameters.find((parameter) => parameter.startsWith(`${side}_max_window_bits=`))?.split('=')[1] ?? 15;
    if (Number(bits) !== window) return `asked for ${asked}, agreed on ${agreed}`;
  }
  if (client.compressed < LEAST) return `the client sent ${client.compressed} compressed messages, ${agreed}`;
  if (server.compressed < LEAST) return `the server sent ${server.compressed} compressed messages, ${agreed}`;
  return undefined;
}

const proxy = net.createServer((client) => {
  const server = net.connect(Number(target.port), target.hostname);
  const sent = new Direction();
  const answered = new Direction();
  connections++;
  client.on('data', (chunk) => sent.take(chunk));
  server.on('data', (chunk) => answered.take(chunk));
  client.pipe(server).pipe(client);
  client.on('error', () => server.destroy());
  server.on('error', () => client.destroy());
  const judge = () => {
    if (!open.delete(judge)) return;
    const wrong = fault(sent, answered);
    if (wrong === undefined) return;
    failures++;
    console.error(`wire: ${wrong}`);
  };
  open.add(judge);
  server.on('close', judge);
});
process.on('SIGTERM', () => {
  for (const judge of open) judge();
  process.exit(failures === 0 && connections > 0 ? 0 : 1);
});
proxy.listen(0, '127.0.0.1', () => console.log(`listening on ws://127.0.0.1:${proxy.address().port}/`));
