import { Inject, Injectable } from '@nestjs/common';
import type { WebhookId } from '#libs/contracts';
import { purposeKey, seal, SERVICE_KEY, unseal } from '#libs/crypto';

/** The secrets of webhooks, as they are kept: each bound to its webhook, so that it opens in no other's row. */
@Injectable()
export class WebhookSecrets {
  private readonly sealingKey: Buffer;

  constructor(@Inject(SERVICE_KEY) serviceKey: string) {
    this.sealingKey = purposeKey(serviceKey, 'webhook-secrets');
  }

  seal(id: WebhookId, secret: Buffer): Buffer {
    return seal(this.sealingKey, `webhook ${id}`, secret);
  }

  unseal(id: WebhookId, sealed: Buffer): Buffer {
    return unseal(this.sealingKey, `webhook ${id}`, sealed);
  }
}
