import { Inject, Injectable } from '@nestjs/common';
import { environments, type Environment } from '#libs/contracts';
import { AddressRules } from '#libs/egress';
import { invalid } from '#libs/errors';
import { SubscriptionsConfig } from '../config';

/** Where a provider's API lies: addresses that staff chose and the gateway will call. */
@Injectable()
export class Endpoints {
  private readonly rules: AddressRules;

  constructor(@Inject(SubscriptionsConfig) config: SubscriptionsConfig) {
    this.rules = new AddressRules(config);
  }

  /** @throws invalid_request for an address that is not to be called */
  require(endpoints: Partial<Record<Environment, string | null>> = {}): void {
    const faults = environments.flatMap((environment) => {
      const address = endpoints[environment];
      const detail = address ? this.rules.faultOfUrl(address) : undefined;
      return detail ? [{ pointer: `/endpoints/${environment}`, detail }] : [];
    });
    if (faults.length > 0) throw invalid(faults);
  }
}
