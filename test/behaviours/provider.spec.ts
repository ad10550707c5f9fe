import { eventually, expectProblem, expectStatus, pictures, Scenario, sharedSystem } from '#libs/testing';

const scenario = new Scenario(sharedSystem());
const { gateway, admin } = scenario;

const { png } = pictures;

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
    const versions: string[] = [];
    for (const text of texts)
      await undisturbed(async () => {
        const { policy } = expectStatus(await put({ name: 'Contoso', policy: { text } }), 200).body;
        expect(await shown()).toMatchObject({ policy: { version: policy.version, text } });
        versions[texts.indexOf(text)] = policy.version;
      });
    expect(Number(versions[1])).toBeGreaterThan(Number(versions[0]));
    for (const [index, text] of texts.entries())
      expect(expectStatus(await gateway.get(`/v1/provider/policies/${versions[index]}`), 200).body).toMatchObject({
        version: versions[index],
        text,
      });
    for (const version of ['0', '999999999', 'latest', '1.0', '-1', '01', '%00', 'slipway-0', 'x'.repeat(51)])
      expectProblem(await gateway.get(`/v1/provider/policies/${version}`), 404, 'not_found');
    // Who has accepted what Slipway brings along can read it for ever, as well.
    for (const api of [gateway, admin])
      expect(expectStatus(await api.get('/v1/provider/policies/slipway-1'), 200).body).toMatchObject({
        version: 'slipway-1',
        text: expect.stringMatching(/integration testing only/),
      });
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
    const drawing = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>');
    for (const none of [drawing, png.subarray(0, -1), Buffer.concat([png.subarray(0, 8), Buffer.from('a picture')])]) {
      const refused = await admin.put('/v1/provider/logo', { session, body: { data: none.toString('base64') } });
      expect(expectProblem(refused, 400, 'invalid_request').errors).toMatchObject([{ pointer: '/data' }]);
    }
    await undisturbed(async () => {
      expectStatus(await admin.delete('/v1/provider/logo', { session }), 204);
      expectProblem(await gateway.get('/v1/provider/logo'), 404, 'not_found');
    });
  });
});
