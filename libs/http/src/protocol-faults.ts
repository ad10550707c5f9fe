import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { httpStatusOf, SlipwayError, toProblem } from '#libs/errors';
import type { Logger } from '#libs/observability';
import { newTraceId } from '#libs/rpc';
import { problemType, sendProblem, type ErrorForm } from './problem';

/** What Node says of a connection on which no request can be read. */
interface ConnectionFault extends Error {
  code?: string;
  /** What has just come. */
  rawPacket?: unknown;
}

interface Begun {
  request: IncomingMessage;
  /** Until it is over: a connection that rests holds nothing of what it was used for. */
  reply?: FastifyReply;
}

/** How long what still comes is thrown away: closed at once, the reply could be lost with it. Milliseconds. */
const lingerMs = 1_000;

/** A request line that goes on for longer than any that the parser takes with headers behind it. */
const endlessAddress = /^[A-Z]+ [^ \r\n]{8000}/;

/** What is refused before any route is found: it leaves an edge like every other error. */
export class ProtocolFaults {
  /** The latest on each connection. */
  private readonly begun = new WeakMap<Socket, Begun>();

  /** @param headers those of every reply of this edge */
  constructor(
    private readonly headers: Readonly<Record<string, string>>,
    private readonly logger: Logger,
    private readonly errorForm?: ErrorForm,
  ) {}

  /** Of Fastify's `clientErrorHandler`. */
  readonly onConnection = (fault: ConnectionFault, socket: Socket): void => {
    // Closed by whoever sent it, or refused already: nobody reads what comes after.
    if (fault.code === 'ECONNRESET' || socket.destroyed) socket.destroy();
    else if (socket.writable) this.refuse(errorOf(fault), socket);
  };

  /** Of Fastify's `frameworkErrors`: what the router cannot read, before any hook. */
  readonly onAddress = (fault: { statusCode?: number }, reply: FastifyReply): void => {
    const error = fault.statusCode === 414 ? addressTooLong() : new SlipwayError('invalid_request', unreadable);
    sendProblem(reply.headers(this.headers), error, this.logger);
  };

  /** What Node would refuse by itself, with a bare status. */
  watch(fastify: FastifyInstance): void {
    fastify.server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) =>
      this.respond(response, new SlipwayError('expectation_failed', 'Nothing but 100-continue can be expected here.')),
    );
    fastify.server.on('connect', (_request: IncomingMessage, socket: Socket) =>
      this.respond(responseOn(socket), new SlipwayError('tunnel_not_supported', 'This is no proxy for tunnels.')),
    );
    fastify.addHook('onRequest', (request, reply, done) => {
      const begun: Begun = { request: request.raw, reply };
      this.begun.set(request.raw.socket, begun);
      reply.raw.once('close', () => (begun.reply = undefined));
      done(lacksHost(request.raw) ? new SlipwayError('malformed_request', 'The Host header is missing.') : undefined);
    });
  }

  private refuse(error: SlipwayError, socket: Socket): void {
    const { request, reply } = this.begun.get(socket) ?? {};
    const isNext = request === undefined || (request.complete && reply === undefined);
    if (isNext) this.respond(responseOn(socket), error);
    // Whatever were written now would stand in the middle of another reply, or be taken for the next.
    else if (request.complete || reply === undefined || reply.raw.headersSent) socket.destroy();
    else sendProblem(reply.header('connection', 'close'), error, this.logger, this.errorForm);
  }

  /** To somebody of whose request no more is known. */
  private respond(response: ServerResponse | undefined, error: SlipwayError): void {
    const body = JSON.stringify(toProblem(error, newTraceId()));
    const headers = {
      ...this.headers,
      'cache-control': 'no-store',
      connection: 'close',
      'content-type': problemType,
      'content-length': Buffer.byteLength(body),
    };
    response?.writeHead(httpStatusOf(error.category), headers).end(body);
  }
}

const unreadable = 'The address is not valid.';
const addressTooLong = () => new SlipwayError('address_too_long', 'The address is too long.');

function errorOf({ code, rawPacket }: ConnectionFault): SlipwayError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new SlipwayError('request_timeout', 'The request did not arrive in time.');
    case 'HPE_HEADER_OVERFLOW':
      if (Buffer.isBuffer(rawPacket) && endlessAddress.test(rawPacket.toString('latin1'))) return addressTooLong();
      return new SlipwayError('headers_too_large', 'The headers are too large.');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new SlipwayError('payload_too_large', 'The extensions of a chunk are too large.');
    default:
      return new SlipwayError('malformed_request', 'This is not valid HTTP.');
  }
}

/** RFC 9112 3.2. */
const lacksHost = ({ httpVersion, headers }: IncomingMessage): boolean =>
  httpVersion === '1.1' && headers.host === undefined;

/**
 * Where no request was read there is none to reply to: as if one had been.
 *
 * @returns undefined where another reply is under way: the connection has ended, and that reply with it
 */
function responseOn(socket: Socket): ServerResponse | undefined {
  // Node has let go of the socket of a tunnel: were nobody told of its end, that would be the end of the process.
  socket.on('error', () => socket.destroy());
  const response = new ServerResponse(new IncomingMessage(socket));
  try {
    response.assignSocket(socket);
  } catch {
    socket.destroy();
    return undefined;
  }
  return response.once('finish', () => {
    response.detachSocket(socket);
    socket.end();
    setTimeout(() => socket.destroy(), lingerMs).unref();
  });
}
