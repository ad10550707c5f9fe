import { subscriptions, type PartnerId, type PlanId, type ProductId } from '#libs/contracts';
import { Field, PageQuery } from '#libs/http';

const wanted = subscriptions.listReviews.request.shape;

/** What the lists of submissions and of subscriptions are narrowed by. */
export class StaffListQuery extends PageQuery {
  @Field(wanted.partnerId) partnerId?: PartnerId;
  @Field(wanted.productId) productId?: ProductId;
  @Field(wanted.planId) planId?: PlanId;
  @Field(wanted.q, {
    description: "Words in the names of partner, subscription, product and plan, or the partner's domain.",
  })
  q?: string;
}
