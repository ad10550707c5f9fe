import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { parse, stringify } from 'uuid';
import {
  environmentMarker,
  environmentOfUnsubscription,
  notifications,
  type PartnerId,
  type PersonId,
} from '#libs/contracts';
import { purposeKey, SERVICE_KEY } from '#libs/crypto';
import type { Recipient } from '../storage/preferences.repository';

type NewsKind = notifications.NewsKind;

const idBytes = 16;
const macBytes = 16;

/**
 * What is in a mail's List-Unsubscribe (RFC 8058): who, of what kind, and a proof that we have said so. Nothing is kept of it, and
 * it does not expire: a mail is unsubscribed from years later, too. All that it can do is switch one kind of mail off.
 */
@Injectable()
export class Unsubscriptions {
  private readonly key: Buffer;

  constructor(@Inject(SERVICE_KEY) serviceKey: string) {
    this.key = purposeKey(serviceKey, 'unsubscriptions');
  }

  /** `slpu_sbx_…`: partner, person, proof and kind, in base64url. */
  tokenOf(recipient: Recipient, kind: NewsKind): string {
    const ids = Buffer.concat([parse(recipient.partnerId), parse(recipient.personId)]);
    const said = Buffer.concat([ids, this.proofOf(recipient, kind), Buffer.from(kind)]);
    return `slpu_${environmentMarker[recipient.environment]}_${said.toString('base64url')}`;
  }

  /** Undefined: no token of ours. */
  read(token: string): { recipient: Recipient; kind: NewsKind } | undefined {
    const environment = environmentOfUnsubscription(token);
    const said = environment && Buffer.from(token.slice(`slpu_${environmentMarker[environment]}_`.length), 'base64url');
    const kind = said && notifications.newsKind.safeParse(said.subarray(2 * idBytes + macBytes).toString()).data;
    if (!kind) return undefined;
    const recipient: Recipient = {
      environment,
      partnerId: idIn(said, 0) as PartnerId,
      personId: idIn(said, idBytes) as PersonId,
    };
    const proof = said.subarray(2 * idBytes, 2 * idBytes + macBytes);
    return timingSafeEqual(proof, this.proofOf(recipient, kind)) ? { recipient, kind } : undefined;
  }

  private proofOf({ environment, partnerId, personId }: Recipient, kind: NewsKind): Buffer {
    const said = JSON.stringify([environment, partnerId, personId, kind]);
    return createHmac('sha256', this.key).update(said).digest().subarray(0, macBytes);
  }
}

/** Whatever the bytes say: the proof tells whether they are ours. */
const idIn = (said: Buffer, from: number): string => stringify(said.subarray(from, from + idBytes));
