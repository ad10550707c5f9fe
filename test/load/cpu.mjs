// CPU time of processes, from /proc (Linux).
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;

/** @param {number} pid */
function readStat(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name and may hold spaces; what follows starts with the third.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [user, system, childrenUser, childrenSystem] = fields.slice(11, 15).map(Number);
  return {
    parent: Number(fields[1]),
    ticks: (user ?? 0) + (system ?? 0) + (childrenUser ?? 0) + (childrenSystem ?? 0),
  };
}

function readStats() {
  /** @type {Map<number, ReturnType<typeof readStat>>} */
  const stats = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      stats.set(Number(name), readStat(Number(name)));
    } catch {
      // It has ended meanwhile.
    }
  }
  return stats;
}

/**
 * @param {Record<string, number>} pids by name
 * @returns {Record<string, number>} seconds of CPU that each of them and its children have used so far
 */
export function cpuSeconds(pids) {
  const stats = readStats();
  const names = new Map(Object.entries(pids).map(([name, pid]) => [pid, name]));
  const seconds = Object.fromEntries(Object.keys(pids).map((name) => [name, 0]));
  for (const [pid, { ticks }] of stats) {
    let at = pid;
    while (at > 1 && !names.has(at)) at = stats.get(at)?.parent ?? 0;
    const name = names.get(at);
    if (name !== undefined) seconds[name] = (seconds[name] ?? 0) + ticks / ticksPerSecond;
  }
  return seconds;
}
