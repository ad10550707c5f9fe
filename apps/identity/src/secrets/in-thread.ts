import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { perform, type Argon2Task } from './argon2-tasks';

/** Of 19; whoever has ten gets a tenth of what others get who want the same core. */
const niceness = 10;

/**
 * What runs in a password thread: one task after the other. On Linux a priority is a thread's own, so that people who sign
 * in wait for programs that get tokens, and not the other way round; elsewhere it would be the whole process's.
 */
if (process.platform === 'linux') setPriority(0, niceness);
parentPort?.on('message', (task: Argon2Task) => parentPort?.postMessage(perform(task)));
