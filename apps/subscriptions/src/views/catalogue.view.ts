import { In, type EntityManager } from 'typeorm';
import type { PlanId, ProductId, subscriptions } from '#libs/contracts';
import { notFound } from '#libs/errors';
import { FormVersion, Plan, Product } from '../storage/entities';

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
    review: {
      reviewerGroupId: plan.reviewerGroupId,
      fourEyes: plan.fourEyes,
      dueWorkingDays: plan.dueWorkingDays,
    },
    keyLifetimeDays: plan.keyLifetimeDays,
    keySlotsPer: plan.keySlotsPer,
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
