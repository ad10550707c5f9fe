import { tokens } from '#libs/contracts';
import { tokensConfig } from '../config';

const settings = (leadSeconds: number) =>
  tokensConfig.schema.safeParse({
    SLIPWAY_SERVICE_KEY: '0'.repeat(64),
    SLIPWAY_NATS: 'nats://localhost:4222',
    SLIPWAY_DATABASE: 'postgres://localhost:5432/slipway',
    SLIPWAY_PUBLIC_URL: 'http://localhost:8080',
    SLIPWAY_SIGNING_KEY_LEAD_SECONDS: String(leadSeconds),
  });

describe('the lead of a signing key', () => {
  it('is not shorter than verifiers may keep the key set', () => {
    expect(settings(tokens.signingKeyLeadSecondsMin).success).toBe(true);
    for (const seconds of [tokens.signingKeyLeadSecondsMin - 1, tokens.keySetSeconds, 0, -1]) {
      const faults = settings(seconds).error?.issues ?? [];
      expect(faults.map(({ path, message }) => `${path.join()}: ${message}`)).toEqual([
        expect.stringMatching(/^SLIPWAY_SIGNING_KEY_LEAD_SECONDS: must be 300 or more: verifiers/),
      ]);
    }
  });
});
