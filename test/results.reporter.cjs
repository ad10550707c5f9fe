const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

/** @typedef {{ fullName: string, title: string, status: string }} TestResult */

/** Writes what was proven to .results/, for `npm run behaviours`. */
module.exports = class ResultsReporter {
  /** @param {unknown} _contexts @param {{ testResults: { testResults: TestResult[] }[] }} results */
  onRunComplete(_contexts, results) {
    const tests = results.testResults.flatMap((file) =>
      file.testResults.map(({ fullName, title, status }) => ({ fullName, title, status })),
    );
    const folder = join(__dirname, '..', '.results');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `tests-${process.env.SLIPWAY_TEST_RUN}.json`), JSON.stringify({ tests }, null, 2));
  }
};
