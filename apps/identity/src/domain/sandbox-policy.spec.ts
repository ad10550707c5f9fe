import { createHash } from 'node:crypto';
import { builtInPolicy } from './sandbox-policy';

describe('the policy that Slipway brings along', () => {
  it('says that the sandbox is for integration testing only', () =>
    expect(builtInPolicy.text).toMatch(/^The sandbox is for integration testing only\./));

  it('has another version with another text: whoever changes one, changes the other, and this', () => {
    const { version, text } = builtInPolicy;
    expect([version, createHash('sha256').update(text).digest('hex').slice(0, 16)]).toEqual([
      'slipway-1',
      '26e1f632042f89f9',
    ]);
  });
});
