import { identity } from '#libs/contracts';
import { anybody, aPng, pictures } from '#libs/testing';
import { IdentitySpec } from '../../spec-support/identity-spec';

const { png, jpeg } = pictures;
const small = { width: 3, height: 2, pixelBytes: 20 };

describe('the logo of the provider', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const put = (bytes: Buffer) =>
    spec.call(identity.setProviderLogo, 'shared', { data: bytes.toString('base64') }, spec.staff);
  const get = () => spec.call(identity.getProviderLogo, 'shared', {}, anybody);
  const atData = { code: 'invalid_request', fields: [{ pointer: '/data' }] };

  it('is given back as it came, by its own type; another takes its place, and it can be removed', async () => {
    await expect(get()).rejects.toMatchObject({ code: 'not_found' });
    expect(await put(png)).toMatchObject({ logo: { type: 'image/png', bytes: png.length } });
    expect(await get()).toEqual({ type: 'image/png', data: png.toString('base64') });
    expect(await put(jpeg)).toMatchObject({ logo: { type: 'image/jpeg', bytes: jpeg.length } });
    expect(await get()).toEqual({ type: 'image/jpeg', data: jpeg.toString('base64') });
    await spec.call(identity.setProvider, 'shared', { name: 'Contoso' }, spec.staff);
    expect(await spec.call(identity.getProvider, 'shared', {}, anybody)).toMatchObject({
      logo: { type: 'image/jpeg' },
    });
    await spec.call(identity.removeProviderLogo, 'shared', {}, spec.staff);
    await expect(get()).rejects.toMatchObject({ code: 'not_found' });
    expect(await spec.call(identity.getProvider, 'shared', {}, anybody)).toMatchObject({ logo: null });
  });

  it.each([
    ['a drawing, which may hold scripts', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a page', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['what is longer than it may be', aPng({ ...small, fileBytes: 2 * identity.logoBytesMax })],
    ['what is longer by one byte', aPng({ ...small, fileBytes: identity.logoBytesMax + 1 })],
    ['what begins like a picture and is none', Buffer.concat([png.subarray(0, 8), Buffer.from('and what follows')])],
    ['what was cut off', png.subarray(0, -5)],
    ['what is larger than anybody shows', aPng({ width: 4_097, height: 1, pixelBytes: 12_292 })],
  ])('%s is refused', async (_what, bytes) => {
    await expect(put(bytes)).rejects.toMatchObject(atData);
  });

  it('may be as long as it may be', async () => {
    const largest = aPng({ ...small, fileBytes: identity.logoBytesMax });
    expect(await put(largest)).toMatchObject({ logo: { bytes: identity.logoBytesMax } });
  });

  it('what is no base64 is refused', async () => {
    const data = 'not base64!';
    await expect(spec.call(identity.setProviderLogo, 'shared', { data }, spec.staff)).rejects.toMatchObject(atData);
  });
});
