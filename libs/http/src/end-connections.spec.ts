import { connect, type AddressInfo, type Socket } from 'node:net';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { until } from '#libs/testing';
import { endConnections } from './end-connections';

const ending = { begun: false };
let edge: FastifyInstance;
let begun: FastifyReply[];
let sockets: Socket[];
/** The other ends of those. */
let accepted: Socket[];

beforeEach(async () => {
  [begun, sockets, accepted, ending.begun] = [[], [], [], false];
  // As run-edge.ts has them.
  edge = fastify({ forceCloseConnections: 'idle', return503OnClosing: false });
  endConnections(edge, ending);
  edge.server.on('connection', (socket: Socket) => accepted.push(socket));
  edge.get('/', () => ({ read: true }));
  edge.get('/slow', (_request, reply) => void begun.push(reply));
  await edge.listen({ port: 0, host: 'localhost' });
});

afterEach(async () => {
  jest.useRealTimers();
  for (const socket of sockets) socket.destroy();
  await edge.close();
});

/** What comes on a connection, and whether it is closed. */
function open(host = '127.0.0.1') {
  const { port } = edge.addresses()[0] as AddressInfo;
  const socket = connect(port, host);
  const seen = { text: '', isClosed: false };
  socket.on('data', (chunk) => (seen.text += chunk.toString()));
  socket.on('close', () => (seen.isClosed = true));
  socket.on('error', () => undefined);
  sockets.push(socket);
  const send = (path: string) => socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
  const replies = () => seen.text.split('HTTP/1.1 200').length - 1;
  return { socket, seen, send, replies };
}

const slowBegun = (count = 1) =>
  until(`${count} slow requests to have begun`, () => Promise.resolve(begun.length === count));

describe('the connections of an edge', () => {
  it('stay while it runs', async () => {
    const { seen, send, replies } = open();
    for (const count of [1, 2]) {
      send('/');
      await until('the reply', () => Promise.resolve(replies() === count));
    }
    expect(seen.text).not.toMatch(/connection: close/i);
    expect(seen.isClosed).toBe(false);
  });

  it('end with the next reply once it has been told to stop, also those open before', async () => {
    const { seen, send, replies } = open();
    send('/');
    await until('the reply', () => Promise.resolve(replies() === 1));
    ending.begun = true;
    expect(seen.isClosed).toBe(false);
    send('/');
    await until('the end', () => Promise.resolve(seen.isClosed));
    expect(replies()).toBe(2);
    expect(seen.text).toMatch(/connection: close/i);
  });

  it('end behind a reply that had begun too early to say so', async () => {
    const { seen, send } = open();
    send('/slow');
    await slowBegun();
    const reply = begun[0]?.hijack().raw;
    reply?.writeHead(200, { 'content-length': '4' }).write('ha');
    await until('its head', () => Promise.resolve(seen.text.endsWith('ha')));
    ending.begun = true;
    reply?.end('lf');
    await until('the end', () => Promise.resolve(seen.isClosed));
    expect(seen.text).toMatch(/half$/);
    expect(seen.text).not.toMatch(/connection: close/i);
  });

  it('bring what is under way to its reply while it closes, also what is just arriving', async () => {
    const [slow, arriving] = [open(), open()];
    slow.send('/slow');
    arriving.socket.write('GET / HTTP/1.1\r\nhost');
    await slowBegun();
    const haveRead = () => accepted.length === 2 && accepted.every(({ bytesRead }) => bytesRead > 0);
    await until('both to have come', () => Promise.resolve(haveRead()));
    ending.begun = true;
    const closed = edge.close();
    await until('the port to be closed', () => Promise.resolve(edge.addresses().length === 0));
    arriving.socket.write(': x\r\n\r\n');
    await until('the reply', () => Promise.resolve(arriving.replies() === 1));
    void begun[0]?.send({ read: true });
    await closed;
    await until('the end', () => Promise.resolve([slow, arriving].every(({ seen }) => seen.isClosed)));
    expect(slow.replies()).toBe(1);
  });

  it('are ended after six seconds, whoever holds on, on every address it listens on', async () => {
    const held = (edge.addresses() as AddressInfo[]).map(({ address }) => open(address));
    for (const { send } of held) send('/slow');
    await slowBegun(held.length);
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
    ending.begun = true;
    const closed = edge.close();
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    while (edge.addresses().length > 0) await turn();
    jest.advanceTimersByTime(5_999);
    for (let count = 0; count < 20; count += 1) await turn();
    expect(held.map(({ seen }) => seen.isClosed)).toEqual(held.map(() => false));
    jest.advanceTimersByTime(1);
    await closed;
    while (held.some(({ seen }) => !seen.isClosed)) await turn();
    expect(held.map(({ replies }) => replies())).toEqual(held.map(() => 0));
  });
});
