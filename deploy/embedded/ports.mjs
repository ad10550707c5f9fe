import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';
import { pause } from './basics.mjs';

// Below every common range for outgoing connections, so that no client socket takes a port between choice and use.
const LOWEST_PORT = 20000;
const HIGHEST_PORT = 31999;

/** @param {number} port @param {string} [host] every address when left out @returns {Promise<boolean>} */
function canListen(port, host) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/**
 * Both are asked: a system may let one listener on every address stand beside one on loopback, and one would hide the other.
 * @param {number} port
 */
async function portIsFree(port) {
  return (await canListen(port)) && (await canListen(port, '127.0.0.1'));
}

/**
 * A process that has just ended may hold its port a moment longer than it can be seen.
 * @param {number} port
 */
export async function portBecomesFree(port) {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    if (await portIsFree(port)) return true;
    await pause(100);
  }
  return false;
}

/** @param {number} [preferred] taken if it is free, such as the one remembered from the last start */
export async function choosePort(preferred) {
  if (preferred && (await portIsFree(preferred))) return preferred;
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT + 1);
    if (await portIsFree(port)) return port;
  }
  throw new Error('No free port found.');
}

/** As many, each another one: none of them is taken yet, so that a second choice could meet the first. @param {number} count */
export async function choosePorts(count) {
  /** @type {Set<number>} */
  const ports = new Set();
  while (ports.size < count) ports.add(await choosePort());
  return [...ports];
}
