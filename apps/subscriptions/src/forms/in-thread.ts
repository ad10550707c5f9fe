import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { perform, type FormTask } from './form-tasks';

const { niceness } = workerData as { niceness: number };
// Elsewhere it would be the whole process's.
if (niceness > 0 && process.platform === 'linux') setPriority(0, niceness);

/** What runs in a check thread: one task after the other. The first message says that it is ready. */
parentPort?.on('message', (task: FormTask) => parentPort?.postMessage(perform(task)));
parentPort?.postMessage('ready');
