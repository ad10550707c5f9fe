// Stands in for whoever is called: reads what comes and replies, as fast as Node can. Also a broker that takes everything.
import http from 'node:http';
import net from 'node:net';
import { actUpon } from './actor.mjs';

const httpServer = http.createServer((request, reply) => {
  request.resume().on('end', () => reply.setHeader('content-type', 'application/json').end('{}'));
});

const greeting = { server_id: 'stand-in', version: '2.10.0', proto: 1, headers: true, max_payload: 1_048_576 };
const broker = net.createServer((socket) => {
  socket.write(`INFO ${JSON.stringify(greeting)}\r\n`);
  socket.on('error', () => socket.destroy());
  let rest = '';
  socket.on('data', (chunk) => {
    const parts = (rest + chunk.toString('latin1')).split('PING\r\n');
    // No longer than what a PING may have begun with.
    rest = (parts.pop() ?? '').slice(-6);
    socket.write('PONG\r\n'.repeat(parts.length));
  });
});

/** @param {net.Server} server @returns {Promise<number>} */
const listening = (server) =>
  new Promise((done) =>
    server.listen(0, '127.0.0.1', () => done(/** @type {net.AddressInfo} */ (server.address()).port)),
  );

actUpon({
  listen: async () => {
    const url = `http://127.0.0.1:${await listening(httpServer)}`;
    return { gatewayUrl: url, adminUrl: url, natsUrl: `nats://127.0.0.1:${await listening(broker)}` };
  },
});
