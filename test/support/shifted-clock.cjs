// Loaded into every process of a system (`node --require`): sets the time of day of some of them off, and again while they
// run. SLIPWAY_TEST_CLOCKS is a file of JSON, milliseconds by the name of the app: {"tokens": 10000}.
const { readFileSync } = require('node:fs');

const file = process.env.SLIPWAY_TEST_CLOCKS ?? '';
const app = /dist\/apps\/(\w+)\//.exec(process.argv[1] ?? '')?.[1] ?? '';
const RealDate = Date;
let aheadMs = 0;

const now = () => RealDate.now() + aheadMs;

function look() {
  try {
    /** @type {Record<string, number>} */
    const clocks = JSON.parse(readFileSync(file, 'utf8'));
    aheadMs = clocks[app] ?? 0;
  } catch {
    // Not there yet, or just being written.
  }
}
look();
setInterval(look, 100).unref();

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});
