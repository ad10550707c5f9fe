import { basicCredentials } from './client-credentials';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('HTTP Basic client authentication', () => {
  it('reads application ID and secret', () => {
    expect(basicCredentials(basic('app_sbx_1:secret'))).toEqual({ applicationId: 'app_sbx_1', secret: 'secret' });
  });

  it('decodes both halves, as RFC 6749 2.3.1 asks', () => {
    expect(basicCredentials(basic('a%3Ab:s+e%25'))).toEqual({ applicationId: 'a:b', secret: 's e%' });
  });

  it.each([
    [undefined],
    ['Bearer x'],
    ['Basic'],
    ['Basic !'],
    [basic('no-colon')],
    [basic(':no-id')],
    [basic('bad%zz:x')],
  ])('refuses %s', (header) => {
    expect(basicCredentials(header)).toBeUndefined();
  });
});
