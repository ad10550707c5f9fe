import {
  afterWrongCode,
  bareCode,
  enrolmentOf,
  isRecoveryCode,
  lackingOf,
  newFactorSecret,
  newRecoveryCode,
  noWrongCodes,
  stepOf,
  waitSeconds,
} from './second-factor';

/** RFC 6238, Appendix B: SHA-1, of whose eight digits the last six are ours. */
const secret = Buffer.from('12345678901234567890');
const vectors: [seconds: number, code: string][] = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
];
const at = (seconds: number) => new Date(seconds * 1_000);

describe('a code', () => {
  it.each(vectors)('at %d s is %s', (seconds, code) => {
    expect(stepOf(secret, code, at(seconds))).toBe(Math.floor(seconds / 30));
  });

  it('is taken one step early and one late, as the step that it is of', () => {
    const [[seconds, code] = [0, '']] = vectors.slice(1);
    const step = Math.floor(seconds / 30);
    const taken = [-2, -1, 0, 1, 2].map((steps) => stepOf(secret, code, at((step + steps) * 30)));
    expect(taken).toEqual([undefined, step, step, step, undefined]);
  });

  it.each(['', '28708', '2870820', '28708x', '٢٨٧٠٨٢', 'ABCD'])('%p is none', (code) => {
    expect(stepOf(secret, code, at(59))).toBeUndefined();
  });

  it('is read as people write it', () => {
    expect(bareCode(' 287 082 ')).toBe('287082');
  });
});

describe('an enrolment', () => {
  it('is what authenticators read, with 160 bits', () => {
    const made = newFactorSecret();
    const { uri, secret: base32 } = enrolmentOf(made, 'rosa@provider.example');
    const url = new URL(uri);
    expect([url.protocol, url.host, decodeURIComponent(url.pathname)]).toEqual([
      'otpauth:',
      'totp',
      '/Slipway:rosa@provider.example',
    ]);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      issuer: 'Slipway',
      secret: base32,
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
    expect(made).toHaveLength(20);
    expect(base32).toMatch(/^[A-Z2-7]{32}$/);
  });
});

describe('a recovery code', () => {
  it('has sixteen characters in groups, and no two are alike', () => {
    const codes = Array.from({ length: 200 }, newRecoveryCode);
    for (const code of codes) expect(code).toMatch(/^(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}$/);
    expect(new Set(codes).size).toBe(200);
  });

  it('is told from a code of the authenticator, however it is written', () => {
    expect(isRecoveryCode(bareCode(newRecoveryCode().toLowerCase()))).toBe(true);
    expect(isRecoveryCode('287082')).toBe(false);
  });
});

describe('what a session lacks', () => {
  it.each([
    [true, true, 'required', 'none'],
    [true, false, 'required', 'required'],
    [true, false, 'optional', 'required'],
    [false, false, 'required', 'enrol'],
    [false, false, 'optional', 'none'],
  ] as const)('enrolled %p, code presented %p, policy %s: %s', (enrolled, codePresented, policy, lacking) => {
    expect(lackingOf({ enrolled, codePresented }, policy)).toBe(lacking);
  });
});

describe('wrong codes', () => {
  const tenAt = (seconds: number) => {
    let codes = noWrongCodes;
    for (let count = 0; count < 10; count += 1) codes = afterWrongCode(codes, at(seconds + count));
    return codes;
  };

  it('after the tenth in a quarter of an hour, wait until that is over', () => {
    const nine = { wrongCodes: 9, wrongSince: at(0) };
    expect(waitSeconds(nine, at(9))).toBe(0);
    expect(waitSeconds(tenAt(0), at(9))).toBe(891);
    expect(waitSeconds(tenAt(0), at(899))).toBe(1);
    expect(waitSeconds(tenAt(0), at(900))).toBe(0);
  });

  it('then the count begins anew', () => {
    expect(afterWrongCode(tenAt(0), at(900))).toEqual({ wrongCodes: 1, wrongSince: at(900) });
  });
});
