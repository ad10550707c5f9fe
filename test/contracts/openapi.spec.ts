import { Api, sharedSystem } from '#libs/testing';

/** The HTTP contract: a change of a path, a body or an answer shows up as a diff here. */
describe('OpenAPI', () => {
  const { gatewayUrl, adminUrl } = sharedSystem();

  it.each([
    ['partners', gatewayUrl],
    ['staff', adminUrl],
  ])('for %s', async (_name, url) => {
    const { status, body } = await new Api(url).get('/v1/openapi.json');
    expect(status).toBe(200);
    expect(body.openapi).toBe('3.1.0');
    expect(body).toMatchSnapshot();
  });
});
