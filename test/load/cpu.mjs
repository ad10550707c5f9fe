// CPU time of processes, from /proc (Linux).
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;

const stat = (pid) => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    parent: Number(fields[1]),
    ticks: Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14]),
  };
};

/** Seconds of CPU that these processes and their children have used so far. */
export function cpuSeconds(roots) {
  const stats = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      stats.set(Number(name), stat(name));
    } catch {
      // It has ended meanwhile.
    }
  }
  const ours = (pid) => pid > 1 && (roots.includes(pid) || ours(stats.get(pid)?.parent ?? 0));
  let ticks = 0;
  for (const [pid, one] of stats) if (ours(pid)) ticks += one.ticks;
  return ticks / ticksPerSecond;
}
