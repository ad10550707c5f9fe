import { parentPort } from 'node:worker_threads';
import { perform, type FormTask } from './form-tasks';

/** What runs in a check thread: one task after the other. The first message says that it is ready. */
parentPort?.on('message', (task: FormTask) => parentPort?.postMessage(perform(task)));
parentPort?.postMessage('ready');
