import { constants, getPriority, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { perform, type Argon2Task } from './argon2-tasks';

const { niceness } = workerData as { niceness: number };
// Elsewhere it would be the whole process's.
if (process.platform === 'linux') setPriority(0, Math.min(getPriority() + niceness, constants.priority.PRIORITY_LOW));

/** What runs in a password thread: one task after the other. */
parentPort?.on('message', (task: Argon2Task) => parentPort?.postMessage(perform(task)));
