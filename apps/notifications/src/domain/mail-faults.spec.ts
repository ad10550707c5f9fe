import { isBounce, reasonOf } from './mail-faults';

describe('what is refused for good', () => {
  it.each([
    ['an address that is not there', { responseCode: 550, command: 'RCPT TO', code: 'EENVELOPE' }],
    ['a mail that is not wanted', { responseCode: 554, command: 'DATA', code: 'EMESSAGE' }],
    ['an address that the server cannot write down', { code: 'EENVELOPE' }],
  ])('%s', (_what, fault) => expect(isBounce({ message: '', ...fault })).toBe(true));

  it.each([
    ['an address that is to be tried later', { responseCode: 450, command: 'RCPT TO', code: 'EENVELOPE' }],
    ['a full disk', { responseCode: 452, command: 'DATA', code: 'EMESSAGE' }],
    ['our own login', { responseCode: 535, command: 'AUTH PLAIN', code: 'EAUTH' }],
    ['our own address', { responseCode: 550, command: 'MAIL FROM', code: 'EENVELOPE' }],
    ['a greeting', { responseCode: 554, command: 'CONN', code: 'EPROTOCOL' }],
    ['a connection that broke', { command: 'DATA', code: 'ECONNECTION' }],
    ['a certificate', { command: 'CONN', code: 'ESOCKET' }],
  ])('is not %s', (_what, fault) => expect(isBounce({ message: '', ...fault })).toBe(false));

  it('is told in one line, and not at length', () => {
    expect(reasonOf({ message: '550\r\n no such\tuser' })).toBe('550 no such user');
    expect(reasonOf({ message: 'x'.repeat(2_000) })).toHaveLength(500);
  });
});
