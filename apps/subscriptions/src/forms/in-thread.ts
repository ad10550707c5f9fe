import { constants, getPriority, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { perform, type FormTask } from './form-tasks';

const { niceness } = workerData as { niceness: number };
// Elsewhere it would be the whole process's.
if (process.platform === 'linux') setPriority(0, Math.min(getPriority() + niceness, constants.priority.PRIORITY_LOW));

/** What runs in a check thread: one task after the other. The first message says that it is ready. */
parentPort?.on('message', (task: FormTask) => parentPort?.postMessage(perform(task)));
parentPort?.postMessage('ready');
