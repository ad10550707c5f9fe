import { barePostgresUrl, parsePostgresUrl } from './postgres-url';

const partsOf = (text: string) => {
  const { hosts, database, username, password } = parsePostgresUrl(text);
  return { hosts: hosts.map(({ host, port }) => `${host} ${port}`), database, username, password };
};

describe('the address of Postgres', () => {
  it.each([
    ['postgres://localhost/slipway', ['localhost 5432'], 'slipway', undefined, undefined],
    ['postgresql://h:6432/slipway?sslmode=require', ['h 6432'], 'slipway', undefined, undefined],
    ['postgres://ada:p%40ss:word@h1:5432,h2:5433/d%20b', ['h1 5432', 'h2 5433'], 'd b', 'ada', 'p@ss:word'],
    [
      'postgres://[::1]:5433,10.0.0.5,db.example/x',
      ['::1 5433', '10.0.0.5 5432', 'db.example 5432'],
      'x',
      undefined,
      undefined,
    ],
  ])('%s', (text, hosts, database, username, password) => {
    expect(partsOf(text)).toEqual({ hosts, database, username, password });
  });

  it.each([
    'mysql://h/slipway',
    'postgres://',
    'postgres:///slipway',
    'postgres://h1,,h2/slipway',
    'postgres://h1:5432,/slipway',
    'postgres://h:0/slipway',
    'postgres://h:65536/slipway',
    'postgres://h:port/slipway',
    'postgres://h1;h2/slipway',
    'postgres://::1/slipway',
    'postgres://h /slipway',
    'postgres://100%:x@h/slipway',
  ])('%s is none', (text) => {
    expect(() => parsePostgresUrl(text)).toThrow(/^must /);
  });

  it('is nowhere repeated in what is said about it', () => {
    expect(() => parsePostgresUrl('postgres://ada:hidden@h:99999/x')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hidden') }),
    );
  });

  it('is handed on without who logs in, and with the parameters that are meant alone', () => {
    const url = 'postgres://ada:secret@[::1]:5433,h2/slipway?sslmode=require&application_name=x';
    expect(barePostgresUrl(url, ['sslmode', 'sslrootcert'])).toBe(
      'postgres://[::1]:5433,h2:5432/slipway?sslmode=require',
    );
  });
});
