import { Inject, Injectable } from '@nestjs/common';
import { AddressRules, isLoopback, portOf } from '#libs/egress';
import { invalid } from '#libs/errors';
import { NotificationsConfig } from '../config';

/** Below these lie other protocols, whose servers would read what is sent as if it were meant for them. */
const unprivilegedPort = 1024;
const webPorts = [80, 443];

/** Which addresses of those that partners choose are sent to. */
@Injectable()
export class WebhookAddresses {
  readonly rules: AddressRules;

  constructor(@Inject(NotificationsConfig) config: NotificationsConfig) {
    this.rules = new AddressRules(config);
  }

  /** @throws invalid_request */
  require(url: string): void {
    const detail = this.faultOf(url);
    if (detail) throw invalid([{ pointer: '/url', detail }]);
  }

  /** As far as can be known without asking DNS; what a name resolves to is checked when it is connected to. */
  faultOf(text: string): string | undefined {
    const fault = this.rules.faultOfUrl(text, { mayHaveQuery: true });
    if (fault) return fault;
    const url = new URL(text);
    if (url.protocol !== 'https:' && !isLoopback(url)) return 'An endpoint is https, unless it is on this machine.';
    if (portOf(url) < unprivilegedPort && !webPorts.includes(portOf(url)))
      return 'An endpoint listens on port 80 or 443, or on one above 1023.';
    return undefined;
  }
}
