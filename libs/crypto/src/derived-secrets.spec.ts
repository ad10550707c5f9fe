import { brokerPassword, databasePassword, deriveServiceKey, purposeKey } from './derived-secrets';

describe('derived secrets', () => {
  const key = deriveServiceKey('a master key of any text, long enough', 'identity');

  it('are the same each time', () => {
    expect(deriveServiceKey('a master key of any text, long enough', 'identity')).toBe(key);
    expect(databasePassword(key, 'sandbox')).toBe(databasePassword(key, 'sandbox'));
  });

  it('differ by app, role, scope and purpose', () => {
    const other = deriveServiceKey('a master key of any text, long enough', 'tokens');
    const secrets = [
      key,
      other,
      databasePassword(key, 'sandbox'),
      databasePassword(key, 'production'),
      databasePassword(other, 'sandbox'),
      brokerPassword(key, 'sandbox'),
      purposeKey(key, 'sandbox').toString('base64url'),
    ];
    expect(new Set(secrets).size).toBe(secrets.length);
  });
});
