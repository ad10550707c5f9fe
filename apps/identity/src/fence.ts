import { performance } from 'node:perf_hooks';
import { fenceMs } from '#libs/contracts';

/**
 * Waits out the time fence (docs/adr/0006). Everything that ends a right to tokens calls it after its commit and
 * before its answer, a replay included: when the answer arrives, nobody can still use what was read before the commit.
 */
export async function afterFence(): Promise<void> {
  const end = performance.now() + fenceMs;
  // Timers count whole milliseconds and may fire a fraction early.
  for (let left = fenceMs; left > 0; left = end - performance.now()) {
    await new Promise((resolve) => setTimeout(resolve, Math.ceil(left)));
  }
}
