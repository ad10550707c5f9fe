import type { identity } from '#libs/contracts';
import type { ProviderPolicy } from '../storage/entities';
import type { ProviderStatus } from '../storage/provider.repository';

/** As everybody sees it. */
export const describeProvider = (provider: ProviderStatus): identity.Provider => ({
  name: provider.name,
  contact: contactOf(provider),
  policy: provider.policy && describePolicy(provider.policy),
  reviewDays: provider.reviewDays,
  calendar: provider.calendar,
  logo:
    provider.logoType !== null && provider.logoBytes !== null
      ? { type: provider.logoType, bytes: provider.logoBytes }
      : null,
});

export const contactOf = ({ contactEmail, contactUrl }: Pick<ProviderStatus, 'contactEmail' | 'contactUrl'>) => ({
  email: contactEmail,
  url: contactUrl,
});

export const describePolicy = ({ version, text, createdAt }: ProviderPolicy) => ({
  version: String(version),
  text,
  createdAt: createdAt.toISOString(),
});
