import { parentPort } from 'node:worker_threads';
import { perform, type Argon2Task } from './argon2-tasks';

/** What runs in a password thread: one task after the other. */
parentPort?.on('message', (task: Argon2Task) => parentPort?.postMessage(perform(task)));
