// One system of some apps for a benchmark that needs no partners in it.
import { buildIfNeeded } from '../../deploy/embedded/build.mjs';
import { startTemporarySystem } from '../../deploy/embedded/temporary-system.mjs';

/** @param {import('../../deploy/embedded/system.mjs').SystemOptions['apps']} apps */
export async function startLoneSystem(apps) {
  await buildIfNeeded({ log: console.error });
  return startTemporarySystem('slipway-bench', { apps });
}
