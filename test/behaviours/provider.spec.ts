import { eventually, expectProblem, expectStatus, Scenario, sharedSystem } from '#libs/testing';

const scenario = new Scenario(sharedSystem());
const { gateway, admin } = scenario;

const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from('a picture')]);

let session: string;
beforeAll(async () => {
  session = await scenario.staff();
});

const put = (body: object) => admin.put('/v1/provider', { session, body });
const shown = async () => expectStatus(await gateway.get('/v1/provider'), 200).body;

/** There is one provider in the system that all suites share, and others change it as well. */
const undisturbed = eventually;

describe('the provider', () => {
  test('is shown to anybody on both edges as an administrator has described it', async () => {
    const name = `Provider ${scenario.unique()}`;
    const contact = { email: 'help@provider.example', url: 'https://provider.example/help' };
    await undisturbed(async () => {
      const said = expectStatus(await put({ name, contact, reviewDays: { from: 1, to: 2 } }), 200).body;
      expect(said).toMatchObject({ name, contact, reviewDays: { from: 1, to: 2 } });
      expect(await shown()).toEqual(said);
      expect(expectStatus(await admin.get('/v1/provider'), 200).body).toEqual(said);
    });
  });

  test('has a policy whose versions all stay readable', async () => {
    const texts = [`One ${scenario.unique()}`, `Two ${scenario.unique()}`];
    const versions: number[] = [];
    for (const text of texts)
      await undisturbed(async () => {
        const { policy } = expectStatus(await put({ name: 'Contoso', policy: { text } }), 200).body;
        expect(await shown()).toMatchObject({ policy: { version: policy.version, text } });
        versions[texts.indexOf(text)] = policy.version;
      });
    expect(versions[1]).toBeGreaterThan(versions[0] ?? Infinity);
    for (const [index, text] of texts.entries())
      expect(expectStatus(await gateway.get(`/v1/provider/policies/${versions[index]}`), 200).body).toMatchObject({
        version: versions[index],
        text,
      });
    for (const version of ['0', '999999999', 'latest', '1.0', '-1'])
      expectProblem(await gateway.get(`/v1/provider/policies/${version}`), 404, 'not_found');
  });

  test('has a logo, served as what it is and nothing else', async () => {
    const body = { data: png.toString('base64') };
    for (const api of [gateway, admin])
      await undisturbed(async () => {
        expectStatus(await admin.put('/v1/provider/logo', { session, body }), 200);
        const { status, headers } = await api.get('/v1/provider/logo');
        expect(status).toBe(200);
        expect(headers.get('content-type')).toBe('image/png');
        expect(headers.get('content-length')).toBe(String(png.length));
        expect(headers.get('x-content-type-options')).toBe('nosniff');
        expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
      });
    const drawing = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>').toString('base64');
    const refused = await admin.put('/v1/provider/logo', { session, body: { data: drawing } });
    expect(expectProblem(refused, 400, 'invalid_request').errors).toMatchObject([{ pointer: '/data' }]);
    await undisturbed(async () => {
      expectStatus(await admin.delete('/v1/provider/logo', { session }), 204);
      expectProblem(await gateway.get('/v1/provider/logo'), 404, 'not_found');
    });
  });
});
