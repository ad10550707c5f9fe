import { createHash } from 'node:crypto';
import { policyInForce } from './sandbox-policy';

describe('the policy of the sandbox', () => {
  it('says that the sandbox is for integration testing only', () =>
    expect(policyInForce().text).toMatch(/^The sandbox is for integration testing only\./));

  it('has another version with another text: whoever changes one, changes the other, and this', () => {
    const { version, text } = policyInForce();
    expect([version, createHash('sha256').update(text).digest('hex').slice(0, 16)]).toEqual(['1', '26e1f632042f89f9']);
  });
});
