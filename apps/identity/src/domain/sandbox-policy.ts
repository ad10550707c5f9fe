/** What a sandbox's administrator reads, and accepts before the sandbox can be used (B7). */
export interface SandboxPolicy {
  /** Recorded with the acceptance. Another text has another version. */
  version: string;
  text: string;
}

/** Until the provider has a text of its own, whose versions are `1`, `2` and so on. Who has accepted it can read it for ever. */
export const builtInPolicy: SandboxPolicy & { createdAt: string } = {
  version: 'slipway-1',
  createdAt: '2026-11-22T00:00:00.000Z',
  text: [
    'The sandbox is for integration testing only.',
    'Do not serve customers from it, and put no personal or confidential data of anybody into it: use the test data that is provided, or data you have made up.',
    'What is in the sandbox may be changed or removed at any time, and carries no promise of availability or performance.',
    'Keys and tokens of the sandbox are for the people and programs of your organisation alone. Production has keys of its own.',
    'The provider may look at what is done in the sandbox in order to review your integration.',
  ].join('\n\n'),
};
