import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { PlanId, subscriptions } from '#libs/contracts';
import { compileForm, type FormCheck } from '../domain/form-check';

/** Compiled forms. A version never changes, so what is kept is never out of date. */
@Injectable()
export class FormChecks {
  private readonly compiled = new LRUCache<string, FormCheck>({ max: 100 });

  of(planId: PlanId, { version, steps }: subscriptions.Form): FormCheck {
    const key = `${planId}/${version}`;
    const known = this.compiled.get(key);
    if (known) return known;
    const check = compileForm(steps);
    this.compiled.set(key, check);
    return check;
  }
}
