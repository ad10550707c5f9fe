// A process of its own that accepts every webhook at once: `fork` it; it says its port, and on 'count' how many it was sent.
import { createServer } from 'node:http';

let count = 0;
const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    count += 1;
    response.writeHead(200, { 'content-length': 0 }).end();
  });
});
// No attempt is to meet a connection that has just been given up.
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  process.send?.({ port });
});
process.on('message', () => process.send?.({ count }));
process.on('disconnect', () => process.exit());
