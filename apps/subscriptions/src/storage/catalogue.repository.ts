import { LessThan, type EntityManager } from 'typeorm';
import type { Actor, PlanId, ProductId, subscriptions } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { notFound } from '#libs/errors';
import { FormVersion, Plan, Product, TestDatum } from './entities';
import { insertRow } from './insert-row';

export async function getProduct(manager: EntityManager, id: ProductId): Promise<Product> {
  const product = await manager.findOneBy(Product, { id });
  if (!product) throw notFound();
  return product;
}

/** Locked, so that changes of one product take turns. @throws not_found */
export async function lockProduct(manager: EntityManager, id: ProductId): Promise<Product> {
  const product = await manager.findOne(Product, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!product) throw notFound();
  return product;
}

/** Newest first; one more than `limit` where there is a next page. */
export const listProducts = (manager: EntityManager, limit: number, after: string | null): Promise<Product[]> =>
  manager.find(Product, {
    where: after ? { id: LessThan(after as ProductId) } : {},
    order: { id: 'DESC' },
    take: limit + 1,
  });

/** B35: in the order in which the provider gave them. */
export async function testDataOf(manager: EntityManager, productId: ProductId) {
  const rows = await manager.find(TestDatum, { where: { productId }, order: { position: 'ASC' } });
  return { items: rows.map(({ type, name, description, value }) => ({ type, name, description, value })) };
}

/** Puts the next version of a plan's form in force; the plan is locked or new. */
export async function putFormInForce(
  tx: Tx,
  planId: PlanId,
  steps: subscriptions.FormStep[],
  by: Actor,
): Promise<void> {
  const last = await tx.manager.maximum(FormVersion, 'version', { planId });
  const version = (last ?? 0) + 1;
  await insertRow(tx, FormVersion, { planId, version, steps, createdBy: by });
  await tx.manager.update(Plan, { id: planId }, { formVersion: version });
}

/** The form as it stood at one version. Null: no form, or no such version. */
export async function formAt(
  manager: EntityManager,
  planId: PlanId,
  version: number | null,
): Promise<subscriptions.Form | null> {
  if (version === null) return null;
  const found = await manager.findOneBy(FormVersion, { planId, version });
  return found && { version, steps: found.steps };
}
