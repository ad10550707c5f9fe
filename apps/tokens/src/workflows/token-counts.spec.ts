import { identity, tokens, type ReplyOf, type RequestOf } from '#libs/contracts';
import { unavailable } from '#libs/errors';
import { aPerson, anId, eventually } from '#libs/testing';
import { TokenCounts } from './token-counts';
import { aProvenKey, TokensSpec } from '../spec-support/tokens-spec';

type Batch = RequestOf<typeof identity.countTokens>;

describe('counting the tokens that are made', () => {
  let spec: TokensSpec;
  let batches: Batch[];

  beforeEach(async () => {
    spec = await TokensSpec.open();
    take(() => ({}));
  });
  afterEach(() => spec.close());

  /** What `identity` does with a batch from now on. */
  function take(handle: (batch: Batch) => ReplyOf<typeof identity.countTokens>): void {
    batches = [];
    spec.service.neighbours.handle(identity.countTokens, (batch) => {
      batches.push(batch);
      return handle(batch);
    });
  }
  const counted = () => batches.flatMap(({ items }) => items).reduce((sum, item) => sum + item.tokens, 0);

  it('B23: has left when the token does, with what decides how long it lives', async () => {
    const key = aProvenKey();
    spec.verdict({ verdict: 'good', key });
    const { expiresIn } = await spec.issued();
    const { keyId, partnerId, epoch } = key;
    expect(batches).toEqual([
      {
        batchId: expect.any(String),
        items: [{ keyId, partnerId, madeBy: null, epoch, tokens: 1, expiresAt: expect.any(Number) }],
      },
    ]);
    const expiresAt = batches[0]?.items[0]?.expiresAt ?? 0;
    expect(Math.abs(expiresAt - (spec.service.clock.now() / 1_000 + expiresIn))).toBeLessThan(2);
  });

  it('those of one turn leave together', async () => {
    const [one, other] = [aProvenKey(), aProvenKey()];
    const counts = spec.service.get(TokenCounts);
    for (const expiresAt of [600, 590, 610]) counts.add('sandbox', one, expiresAt);
    counts.add('sandbox', other, 600);
    counts.add('production', other, 600);
    await eventually(async () => expect(batches).toHaveLength(2));
    expect(batches).toMatchObject([
      {
        items: [
          { keyId: one.keyId, tokens: 2, expiresAt: 600 },
          { keyId: one.keyId, tokens: 1, expiresAt: 610 },
          { keyId: other.keyId, tokens: 1, expiresAt: 600 },
        ],
      },
      { items: [{ keyId: other.keyId, tokens: 1, expiresAt: 600 }] },
    ]);
  });

  it('says who made one without the secret', async () => {
    spec.verdict({ verdict: 'good', key: aProvenKey() });
    const person = aPerson('sandbox');
    await spec.service.call(tokens.issueOwnToken, 'sandbox', { keyId: anId() }, person);
    expect(batches).toMatchObject([{ items: [{ madeBy: person.personId }] }]);
  });

  it('what is refused is not counted', async () => {
    spec.verdict({ verdict: 'good', key: aProvenKey() });
    expect(await spec.issue({ domain: 'elsewhere.example' })).toMatchObject({ outcome: 'refused' });
    expect(batches).toEqual([]);
  });

  it('B23: what is not confirmed is sent again as it was, and what was made meanwhile after it', async () => {
    spec.verdict({ verdict: 'good', key: aProvenKey() });
    let isAway = true;
    take(() => {
      if (isAway) throw unavailable();
      return {};
    });
    await spec.issued();
    await eventually(async () => expect(batches.length).toBeGreaterThanOrEqual(1));
    const [first] = batches;
    await spec.issued({ expiresIn: 60 });
    isAway = false;
    await eventually(async () => expect(new Set(batches.map(({ batchId }) => batchId)).size).toBe(2));
    const firstAgain = batches.findLast(({ batchId }) => batchId === first?.batchId);
    expect(batches.lastIndexOf(firstAgain as Batch)).toBeGreaterThan(0);
    expect(firstAgain).toEqual(first);
    take(() => ({}));
    await spec.issued();
    expect(counted()).toBe(1);
  });
});
