// `npm start`. Only what any Node understands, so that an old one is told so rather than shown a syntax error.
//
// Run by `exec`: with npm's shell in between, a SIGTERM to npm would end the shell and leave this process behind.
const OLDEST_NODE = /** @type {const} */ ([20, 19]);
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  console.error(`Slipway needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`);
  process.exit(1);
} else if (process.platform === 'win32') {
  console.error('On Windows, start Slipway in WSL or with Docker (docker compose up).');
  process.exit(1);
} else {
  void import('./run.mjs');
}
