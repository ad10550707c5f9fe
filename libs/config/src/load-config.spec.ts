import { z } from 'zod';
import { faultsOf, flag, loadConfig, networks, proxies, seconds } from './load-config';

const shape = z.object({
  SLIPWAY_SESSION_SECONDS: seconds(60, 600).default(120),
  SLIPWAY_EGRESS_ALLOW: networks().default(['10.0.0.0/8']),
  SLIPWAY_NAME: z.string().optional(),
});

describe('the settings of a process', () => {
  it('are what the environment says', () => {
    const given = { SLIPWAY_SESSION_SECONDS: '60', SLIPWAY_EGRESS_ALLOW: 'fd12::/48', SLIPWAY_NAME: ' ' };
    expect(loadConfig(shape, given)).toEqual({
      SLIPWAY_SESSION_SECONDS: 60,
      SLIPWAY_EGRESS_ALLOW: ['fd12::/48'],
      SLIPWAY_NAME: ' ',
    });
  });

  it.each([
    ['not set', {}],
    ['empty', { SLIPWAY_SESSION_SECONDS: '', SLIPWAY_EGRESS_ALLOW: '', SLIPWAY_NAME: '' }],
  ])('that are %s have their defaults', (_what, given) => {
    const expected = { SLIPWAY_SESSION_SECONDS: 120, SLIPWAY_EGRESS_ALLOW: ['10.0.0.0/8'] };
    expect(loadConfig(shape, given)).toEqual(expected);
  });
});

describe('the faults of settings', () => {
  const rules = z.object({
    SLIPWAY_SESSION_SECONDS: seconds(60, 600).default(120),
    SLIPWAY_CALLS: z.coerce.number().int().min(1).default(48),
    SLIPWAY_PRODUCTION: flag().default(false),
    SLIPWAY_MODE: z.enum(['required', 'optional']).default('required'),
    SLIPWAY_EGRESS_ALLOW: networks().default([]),
    SLIPWAY_TRUST_PROXY: proxies().default(0),
    SLIPWAY_EMAIL: z.email(),
    SLIPWAY_PASSWORD: z
      .string()
      .min(12)
      .max(200)
      .refine((text) => text !== 'aaaaaaaaaaaa', 'must be another'),
  });
  const right = { SLIPWAY_EMAIL: 'ada@contoso.example', SLIPWAY_PASSWORD: 'twelve letters' };

  it('none where there are none', () => expect(faultsOf(rules, right)).toEqual([]));

  it.each([
    ['SLIPWAY_SESSION_SECONDS', 'soon', 'must be a whole number from 60 to 600'],
    ['SLIPWAY_SESSION_SECONDS', '59', 'must be a whole number from 60 to 600'],
    ['SLIPWAY_CALLS', '1.5', 'must be a whole number, at least 1'],
    ['SLIPWAY_PRODUCTION', 'maybe', 'must be 0 or 1'],
    ['SLIPWAY_MODE', 'never', 'must be required or optional'],
    ['SLIPWAY_EGRESS_ALLOW', '10/8', 'must be networks such as 10.0.0.0/8,fd12::/48'],
    ['SLIPWAY_EMAIL', 'ada', 'must be an e-mail address'],
    ['SLIPWAY_PASSWORD', 'short', 'must have 12 to 200 characters'],
    ['SLIPWAY_PASSWORD', 'aaaaaaaaaaaa', 'must be another'],
    ['SLIPWAY_PASSWORD', '', 'is not set; it must have 12 to 200 characters'],
  ])('%s=%s says what it must be, without the value', (setting, value, detail) =>
    expect(faultsOf(rules, { ...right, [setting]: value })).toEqual([{ setting, detail }]),
  );

  it('all at once, each once', () => {
    const given = { SLIPWAY_SESSION_SECONDS: '1.5', SLIPWAY_MODE: 'x', SLIPWAY_TRUST_PROXY: 'localhost' };
    expect(faultsOf(rules, given).map(({ setting }) => setting)).toEqual([
      'SLIPWAY_SESSION_SECONDS',
      'SLIPWAY_MODE',
      'SLIPWAY_TRUST_PROXY',
      'SLIPWAY_EMAIL',
      'SLIPWAY_PASSWORD',
    ]);
  });
});
