// The echo server of Bun: bun peers/js/bun.mjs [--port 0] [--deflate]
import {parseArgs} from 'node:util';

const {values} = parseArgs({
  options: {port: {type: 'string', default: '0'}, deflate: {type: 'boolean', default: false}},
});

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: Number(values.port),
  fetch: (request, server) => server.upgrade(request) ? undefined : new Response('WebSocket only', {status: 426}),
  websocket: {
    perMessageDeflate: values.deflate,
    maxPayloadLength: 16 * 1024 * 1024,
    backpressureLimit: 0, // past a limit messages are dropped, which is no echo
    message: (socket, message) => {
      socket.send(message, values.deflate);
    },
  },
});
console.log(`version ${Bun.version}`);
console.log(`listening on ws://127.0.0.1:${server.port}/`);
