import { Injectable } from '@nestjs/common';
import { SessionReader, type EdgeRequest, type Follower } from '#libs/http';
import { notifications, type RequestOf } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { authorize, RpcClient } from '#libs/rpc';
import { isSessionToken, VerifiedTokens } from '../tokens/verified-tokens';

type Followed = Pick<RequestOf<typeof notifications.listSubscriptionEvents>, 'partnerId' | 'subscriptionId'>;

/** Who follows the events of an account: a person by their session, or a program by a session token. */
@Injectable()
export class Followers {
  constructor(
    private readonly sessions: SessionReader,
    private readonly tokens: VerifiedTokens,
    private readonly rpc: RpcClient,
  ) {}

  /** @throws not_signed_in, session_expired, invalid_token, address_not_allowed */
  of(request: EdgeRequest): Promise<Follower> {
    return isSessionToken(request.headers.authorization) ? this.ofToken(request) : this.ofPerson(request);
  }

  private async ofPerson(request: EdgeRequest): Promise<Follower> {
    const first = await this.signedIn(request, { isUse: true });
    const { environment, partnerId, accountId } = first.caller;
    let justSeen: typeof first | undefined = first;
    return {
      feed: { environment, partnerId },
      follower: accountId,
      read: async (from) => {
        const signedIn = justSeen ?? (await this.signedIn(request, { isUse: false, accountId }));
        justSeen = undefined;
        const { traceId, deadline } = this.rpc.systemContext(request.traceId);
        return this.rpc.call(notifications.listEvents, environment, from, { ...signedIn, traceId, deadline });
      },
    };
  }

  /** @param accountId whose it was before: of two cookies the other may be the only one that lives by now */
  private async signedIn(request: EdgeRequest, { isUse, accountId }: { isUse: boolean; accountId?: string }) {
    const { caller, session } = await this.sessions.read(request, isUse);
    authorize(notifications.listEvents, { caller, session });
    if (caller.kind !== 'person') throw new SlipwayError('not_signed_in', 'Sign in first.');
    if (accountId && caller.accountId !== accountId)
      throw new SlipwayError('session_expired', 'This session is not valid, or has ended. Sign in again.');
    return { caller, session };
  }

  private async ofToken(request: EdgeRequest): Promise<Follower> {
    const environment = this.tokens.environmentOf(request.headers.authorization);
    const token = await this.tokens.verify(environment, request);
    const followed = { partnerId: token.partner_id, subscriptionId: token.subscription_id } as Followed;
    return {
      feed: { environment, partnerId: followed.partnerId },
      follower: token.account_id,
      read: async (from) => {
        await this.tokens.verify(environment, request);
        const context = this.rpc.systemContext(request.traceId);
        return this.rpc.call(notifications.listSubscriptionEvents, environment, { ...followed, ...from }, context);
      },
    };
  }
}
