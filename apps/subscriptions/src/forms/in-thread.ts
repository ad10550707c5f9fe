import { readlinkSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { perform, type FormTask } from './form-tasks';

const { niceness } = workerData as { niceness: number };
/** The first message: it can be given tasks. */
export interface Ready {
  /** Where the operating system tells what a thread has used: on Linux. */
  threadId?: number;
}

const isLinux = process.platform === 'linux';
// Elsewhere it would be the whole process's.
if (isLinux) setPriority(0, Math.min(getPriority() + niceness, constants.priority.PRIORITY_LOW));

/** What runs in a check thread: one task after the other. */
parentPort?.on('message', (task: FormTask) => parentPort?.postMessage(perform(task)));
parentPort?.postMessage({
  // process/task/thread
  threadId: isLinux ? Number(readlinkSync('/proc/thread-self').split('/').pop()) : undefined,
} satisfies Ready);
