import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Ending } from '#libs/process';

/** How long requests under way may take once nothing more is taken; the process is given ten seconds for everything. */
const lastRequestsMs = 6_000;

/**
 * How connections end when the process does: every reply says that it is the last on its connection, and where it began
 * too early to say so, the connection is closed behind it. A balancer that `/readyz` has told sends nothing more by then.
 */
export function endConnections(fastify: FastifyInstance, ending: Pick<Ending, 'begun'>): void {
  const busy = new Set<Socket>();
  fastify.addHook('onRequest', ({ raw: { socket } }, reply, done) => {
    busy.add(socket);
    reply.raw.once('close', () => {
      busy.delete(socket);
      if (ending.begun) socket.end();
    });
    done();
  });
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (ending.begun) void reply.header('connection', 'close');
    done();
  });
  fastify.addHook('preClose', (done) => {
    setTimeout(() => {
      // `localhost` is two addresses, and Fastify has a server for each: this one knows of its own connections alone.
      fastify.server.closeAllConnections();
      for (const socket of busy) socket.destroy();
    }, lastRequestsMs).unref();
    done();
  });
}
