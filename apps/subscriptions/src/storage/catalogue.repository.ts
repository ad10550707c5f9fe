import { In, LessThan, type EntityManager } from 'typeorm';
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

/** The form as it stood at one version; version null: no form. */
export async function formAt(
  manager: EntityManager,
  planId: PlanId,
  version: number | null,
): Promise<subscriptions.Form | null> {
  if (version === null) return null;
  const { steps } = await manager.findOneByOrFail(FormVersion, { planId, version });
  return { version, steps };
}

export async function describeProducts(manager: EntityManager, products: Product[]) {
  const plans = await manager.find(Plan, {
    where: { productId: In(products.map(({ id }) => id)) },
    order: { id: 'ASC' },
  });
  const described = await describePlans(manager, plans);
  return products.map((product) => ({
    id: product.id,
    name: product.name,
    slug: product.slug,
    description: product.description,
    endpoints: endpointsOf(product),
    plans: described.filter((_, index) => plans[index]?.productId === product.id),
  }));
}

export async function describeProduct(manager: EntityManager, id: ProductId) {
  const [described] = await describeProducts(manager, await manager.findBy(Product, { id }));
  if (!described) throw notFound();
  return described;
}

/** Plans with the form in force. */
export async function describePlans(manager: EntityManager, plans: Plan[]): Promise<subscriptions.Plan[]> {
  const inForce = plans.flatMap(({ id, formVersion }) =>
    formVersion === null ? [] : [{ planId: id, version: formVersion }],
  );
  const forms = inForce.length === 0 ? [] : await manager.findBy(FormVersion, inForce);
  const formOf = new Map(forms.map(({ planId, version, steps }) => [planId, { version, steps }]));
  return plans.map((plan) => ({
    id: plan.id,
    name: plan.name,
    sandbox: plan.sandbox,
    approval: plan.approval,
    price: priceOf(plan),
    credentialType: plan.credentialType,
    submissionForm: formOf.get(plan.id) ?? null,
  }));
}

export async function describePlan(manager: EntityManager, id: PlanId): Promise<subscriptions.Plan> {
  const [described] = await describePlans(manager, await manager.findBy(Plan, { id }));
  if (!described) throw notFound();
  return described;
}

export const endpointsOf = ({ endpointSandbox, endpointProduction }: Product) => ({
  sandbox: endpointSandbox,
  production: endpointProduction,
});

/** The three belong together (a check in the table). */
export const priceOf = ({ priceAmountMinor, priceCurrency, priceInterval }: Plan): subscriptions.Plan['price'] =>
  priceAmountMinor === null || priceCurrency === null || priceInterval === null
    ? null
    : { amountMinor: priceAmountMinor, currency: priceCurrency, interval: priceInterval };
