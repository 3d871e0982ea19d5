// The echo server of ws, for Node.js: node peers/js/ws.mjs [--port 0] [--deflate]
import {createRequire} from 'node:module';
import {parseArgs} from 'node:util';

const {values} = parseArgs({
  options: {port: {type: 'string', default: '0'}, deflate: {type: 'boolean', default: false}},
});

// What peers/js/install.sh has installed.
const require = createRequire(new URL('../target/npm/ws/', import.meta.url));
const {WebSocketServer} = require('ws');

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: Number(values.port),
  perMessageDeflate: values.deflate && {zlibDeflateOptions: {level: 1}},
});
console.log(`version ${require('ws/package.json').version}`);
server.on('listening', () => console.log(`listening on ws://127.0.0.1:${server.address().port}/`));
server.on('connection', (socket) => {
  socket.on('error', () => {}); // the connection is closed, which is all
  socket.on('message', (message, binary) => socket.send(message, {binary}));
});
