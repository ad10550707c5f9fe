// Processes beside the system: what receives webhooks, and what sends as many without it.
import { fork } from 'node:child_process';
import { join } from 'node:path';

/** @typedef {{ port: number, count: number, seconds: number }} Said whichever it is that a process says */

/** @param {'receiver' | 'poster'} name */
export async function startProcess(name) {
  const child = fork(join(import.meta.dirname, `${name}.mjs`));
  /** @returns {Promise<Said>} */
  const next = () =>
    new Promise((said, fail) => {
      const gone = () => fail(new Error(`The ${name} has ended.`));
      child.once('exit', gone);
      child.once('message', (message) => {
        child.off('exit', gone);
        said(/** @type {Said} */ (message));
      });
    });
  const first = await next();
  return {
    first,
    pid: child.pid ?? 0,
    /** @param {object} message */
    request: (message) => {
      const reply = next();
      child.send(message);
      return reply;
    },
    end: () => void child.kill(),
  };
}
