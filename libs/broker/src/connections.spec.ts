import { deriveServiceKey } from '#libs/crypto';
import { createLogger } from '#libs/observability';
import { BrokerLink, specSystem, until } from '#libs/testing';
import { Connections } from './connections';

describe('a connection to the broker', () => {
  let link: BrokerLink;
  let connections: Connections;

  const open = () =>
    Connections.open(
      {
        app: 'identity',
        serviceKey: deriveServiceKey(specSystem().masterKey, 'identity'),
        servers: link.url,
        scopes: ['sandbox'],
      },
      createLogger('identity', 'silent'),
    );

  beforeEach(async () => {
    link = await BrokerLink.to(specSystem().natsUrl);
  });
  afterEach(async () => {
    await connections.onApplicationShutdown();
    await link.cut();
  });

  // By itself the client closes for good at the second refusal.
  it('B64: outlives a broker that refuses its user over and over', async () => {
    connections = await open();
    link.refuseLogIns();
    await until('four refusals', () => Promise.resolve(link.refusals >= 4));
    expect(connections.isUp()).toBe(false);
    link.refuseLogIns(false);
    await until('the connection', () => Promise.resolve(connections.isUp()));
    await connections.of('sandbox').flush();
  });

  it('B64: is made once the broker knows its user, when the process was started before', async () => {
    link.refuseLogIns();
    const opening = open();
    await until('four refusals', () => Promise.resolve(link.refusals >= 4));
    link.refuseLogIns(false);
    connections = await opening;
    await connections.of('sandbox').flush();
  });
});
