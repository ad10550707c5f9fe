import { Inject, Injectable } from '@nestjs/common';
import { purposeKey, SERVICE_KEY } from '#libs/crypto';

/** The key under which access-key secrets are hashed. It is derived, and never in the database. */
@Injectable()
export class Pepper {
  readonly value: Buffer;

  constructor(@Inject(SERVICE_KEY) serviceKey: string) {
    this.value = purposeKey(serviceKey, 'access-key-pepper');
  }
}
