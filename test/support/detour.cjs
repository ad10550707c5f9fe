// Loaded into every process of a system (`node --require`): has some of them connect to another port than they mean, behind
// which a test makes the way longer, or cuts it. SLIPWAY_TEST_DETOURS is a file of JSON, ports by the name of the app:
// {"tokens": {"4222": 50123}}.
const { readFileSync } = require('node:fs');
const { Socket } = require('node:net');

const file = process.env.SLIPWAY_TEST_DETOURS ?? '';
const app = /dist\/apps\/(\w+)\//.exec(process.argv[1] ?? '')?.[1] ?? '';
const connect = Socket.prototype.connect;

/** @param {unknown} port @returns {number | undefined} */
function detourOf(port) {
  try {
    /** @type {Record<string, Record<string, number>>} */
    const detours = JSON.parse(readFileSync(file, 'utf8'));
    return detours[app]?.[String(port)];
  } catch {
    // There is none yet.
    return undefined;
  }
}

/** @this {Socket} @param {any[]} given what `net.connect` has made of its arguments: options and a callback, in a list */
Socket.prototype.connect = function (...given) {
  const [options] = /** @type {({ port?: unknown } | undefined)[]} */ (Array.isArray(given[0]) ? given[0] : given);
  const port = options?.port === undefined ? undefined : detourOf(options.port);
  if (options && port) options.port = port;
  return connect.apply(this, /** @type {any} */ (given));
};
