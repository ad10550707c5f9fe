import { identity, tokens, type Environment, type PartnerId, type RequestOf } from '#libs/contracts';
import { anId, anybody, openService, type OpenedService } from '#libs/testing';
import { tokensService } from '../tokens.module';

export const publicUrl = 'https://api.slipway.example';
export const partnerId = anId<PartnerId>();
export const applicationId = 'app_sbx_0123456789ABCDEFGHIJKL';
export const secret = 'slpsk_sbx_0123456789';

export const aProvenKey = (given: Partial<identity.ProvenKey> = {}): identity.ProvenKey => ({
  applicationId,
  keyId: anId(),
  partnerId: anId(),
  accountId: anId(),
  subscriptionId: anId(),
  productId: anId(),
  domain: 'contoso.example',
  epoch: 7,
  ...given,
});

/** The tokens service, opened for a spec. */
export class TokensSpec {
  private constructor(readonly service: OpenedService) {}

  static async open(settings: Record<string, string> = {}): Promise<TokensSpec> {
    const service = await openService(tokensService, { SLIPWAY_PUBLIC_URL: publicUrl, ...settings });
    service.neighbours.handle(identity.countTokens, () => ({}));
    return new TokensSpec(service);
  }

  close(): Promise<void> {
    return this.service.close();
  }

  /** What `identity` says of every key from now on; what it said before is no longer remembered by then. */
  verdict(verdict: identity.KeyVerdict): void {
    this.service.clock.advance(1_000);
    this.service.neighbours.handle(identity.verifyKey, () => verdict);
    this.service.neighbours.handle(identity.verifyOwnKey, () => verdict);
  }

  issue(
    given: Partial<RequestOf<typeof tokens.issueToken>> = {},
    environment: Environment = 'sandbox',
    from: { address?: string } = {},
  ) {
    return this.service.call(tokens.issueToken, environment, { applicationId, secret, ...given }, anybody, from);
  }

  /** Issued, or the spec fails. */
  async issued(...given: Parameters<TokensSpec['issue']>) {
    const reply = await this.issue(...given);
    if (reply.outcome !== 'issued') throw new Error(`refused: ${reply.refusal.code}`);
    return reply;
  }

  async publicKeys(environment: Environment): Promise<tokens.PublicKey[]> {
    return (await this.service.call(tokens.getPublicKeys, environment, {}, anybody)).keys;
  }
}
