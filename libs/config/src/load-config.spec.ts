import { z } from 'zod';
import { loadConfig, networks, seconds } from './load-config';

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
