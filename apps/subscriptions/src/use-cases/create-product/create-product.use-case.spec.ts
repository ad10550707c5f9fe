import { subscriptions } from '#libs/contracts';
import { anId, aPerson, aStaffMember, openService, Pipeline, refusals, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

const aProduct = (given: object = {}) => ({
  name: 'Orders API',
  slug: `api-${anId()}`,
  description: 'Orders of a partner.',
  endpoints: { sandbox: 'http://localhost:4100', production: null },
  ...given,
});

describe('creating a product', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  const create = (request: object) => pipeline.call(subscriptions.createProduct, request, pipeline.staff);

  describe('in the catalogue', () => {
    it('is there for everybody to read, without plans', async () => {
      const given = aProduct();
      const created = await create(given);
      expect(created).toMatchObject({ ...given, plans: [] });
      const read = await pipeline.call(subscriptions.getProduct, { productId: created.id }, aPerson('sandbox'));
      expect(read).toEqual(created);
    });

    it('is there once, however often it is asked for under one Idempotency-Key', async () => {
      const [first, second] = await pipeline.repeated(subscriptions.createProduct, aProduct(), pipeline.staff);
      expect(second).toEqual(first);
    });

    it('publishes nothing', async () => {
      const { id } = await create(aProduct());
      expect(await pipeline.published(id)).toEqual([]);
    });
  });

  describe('with a slug that is taken', () => {
    it('is refused, and says which field', async () => {
      const { slug } = await create(aProduct());
      await expect(create(aProduct({ slug }))).rejects.toMatchObject({
        code: 'subscriptions.slug_taken',
        fields: [{ pointer: '/slug' }],
      });
    });

    it('is refused to all but one who ask at once', async () => {
      const slug = `api-${anId()}`;
      const results = await Promise.allSettled([create(aProduct({ slug })), create(aProduct({ slug }))]);
      expect(refusals(results)).toEqual([expect.objectContaining({ code: 'subscriptions.slug_taken' })]);
    });
  });

  describe('by others than an admin', () => {
    it.each([
      ['a reviewer', aStaffMember('reviewer')] as const,
      ['somebody of a partner', aPerson('production')] as const,
    ])('is forbidden: %s', async (_who, caller) => {
      await expect(pipeline.call(subscriptions.createProduct, aProduct(), caller)).rejects.toMatchObject({
        code: 'forbidden',
      });
    });
  });

  describe('with what cannot be stored', () => {
    it('is refused before Postgres sees it', async () => {
      await expect(create(aProduct({ name: 'a\0b' }))).rejects.toMatchObject({
        code: 'invalid_request',
        fields: [{ pointer: '/name' }],
      });
    });
  });

  describe('with endpoints that cannot be called', () => {
    it('is refused where it is no address', async () => {
      const endpoints = { sandbox: 'no address', production: null };
      await expect(create(aProduct({ endpoints }))).rejects.toMatchObject({
        code: 'invalid_request',
        fields: [{ pointer: '/endpoints/sandbox' }],
      });
    });

    it.each([
      ['of metadata', 'http://169.254.169.254/latest'],
      ['in a private network', 'http://10.0.0.1/v1'],
      ['written as a number', 'http://2852039166/latest'],
      ['mapped to IPv6', 'http://[::ffff:10.0.0.1]'],
      ['with a password', 'http://ada:secret@api.example'],
    ])('is refused where it is an address %s', async (_which, address) => {
      const endpoints = { sandbox: null, production: address };
      await expect(create(aProduct({ endpoints }))).rejects.toMatchObject({
        code: 'invalid_request',
        fields: [{ pointer: '/endpoints/production' }],
      });
    });

    it('is refused, each at its place', async () => {
      const endpoints = { sandbox: 'https://api.example/#part', production: 'https://api.example/?query=1' };
      await expect(create(aProduct({ endpoints }))).rejects.toMatchObject({
        code: 'invalid_request',
        fields: [{ pointer: '/endpoints/sandbox' }, { pointer: '/endpoints/production' }],
      });
    });
  });
});

describe('creating a product where the installation has said what lies around it', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    const settings = { SLIPWAY_EGRESS_ALLOW: '10.20.0.0/16', SLIPWAY_OWN_PORTS: '8080,5432' };
    service = await openService(subscriptionsService, settings);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  const withEndpoint = (sandbox: string) =>
    pipeline.call(subscriptions.createProduct, aProduct({ endpoints: { sandbox, production: null } }), pipeline.staff);

  it('takes an endpoint in a private network that it names', async () => {
    await expect(withEndpoint('http://10.20.3.4/v1')).resolves.toMatchObject({ plans: [] });
  });

  it.each(['http://localhost:8080', 'http://127.0.0.1:5432', 'http://10.21.0.1'])(
    'refuses another, and where Slipway itself listens: %s',
    async (address) => {
      await expect(withEndpoint(address)).rejects.toMatchObject({
        code: 'invalid_request',
        fields: [{ pointer: '/endpoints/sandbox' }],
      });
    },
  );
});

describe('creating a product in production mode', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService, { SLIPWAY_PRODUCTION: '1' });
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  const withEndpoint = (production: string) =>
    pipeline.call(subscriptions.createProduct, aProduct({ endpoints: { sandbox: null, production } }), pipeline.staff);

  it.each(['http://api.example', 'https://localhost:4100', 'https://127.0.0.1', 'https://[::1]'])(
    'refuses the endpoint %s',
    async (address) => {
      await expect(withEndpoint(address)).rejects.toMatchObject({
        code: 'invalid_request',
        fields: [{ pointer: '/endpoints/production' }],
      });
    },
  );

  it('takes https elsewhere', async () => {
    await expect(withEndpoint('https://api.example/v1')).resolves.toMatchObject({ plans: [] });
  });

  it('refuses such an endpoint to an update too', async () => {
    const { id: productId } = await withEndpoint('https://api.example');
    const request = { productId, endpoints: { sandbox: 'http://api.example' } };
    await expect(pipeline.call(subscriptions.updateProduct, request, pipeline.staff)).rejects.toMatchObject({
      code: 'invalid_request',
      fields: [{ pointer: '/endpoints/sandbox' }],
    });
  });
});
