import type { EntityManager } from 'typeorm';
import type { Actor } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { builtInPolicy, type SandboxPolicy } from '../domain/sandbox-policy';
import { Provider, ProviderPolicy } from './entities';

const theOne = { id: true };

/** Without the logo, which is read apart. */
export interface ProviderStatus extends Omit<Provider, 'logo'> {
  logoBytes: number | null;
  /** In force. */
  policy: ProviderPolicy | null;
}

export async function getProvider(manager: EntityManager): Promise<ProviderStatus> {
  const [{ logoBytes }] = await manager.query<[{ logoBytes: number | null }]>(
    'select octet_length(logo) as "logoBytes" from identity.provider',
  );
  const provider = await manager.findOneOrFail(Provider, { where: theOne, select: withoutLogo });
  return { ...provider, logoBytes, policy: await policyInForce(manager) };
}

const withoutLogo = {
  id: true,
  name: true,
  contactEmail: true,
  contactUrl: true,
  reviewDays: true,
  calendar: true,
  logoType: true,
  version: true,
} as const;

/** Changes take turns. @returns the version that the change makes */
export async function lockProvider(manager: EntityManager): Promise<number> {
  const [{ version }] = await manager.query<[{ version: number }]>('select version from identity.provider for update');
  return version + 1;
}

export const getLogo = (manager: EntityManager): Promise<Pick<Provider, 'logo' | 'logoType'>> =>
  manager.findOneOrFail(Provider, { where: theOne, select: { id: true, logo: true, logoType: true } });

/** The provider is locked. */
export async function changeProvider(tx: Tx, change: Partial<Omit<Provider, 'id'>>): Promise<void> {
  await tx.manager.update(Provider, theOne, change);
}

export async function policyInForce(manager: EntityManager): Promise<ProviderPolicy | null> {
  const [policy = null] = await manager.find(ProviderPolicy, { order: { version: 'DESC' }, take: 1 });
  return policy;
}

/** What a sandbox's administrator accepts: the provider's own text, or where it has none the one that Slipway brings along. */
export async function sandboxPolicy(manager: EntityManager): Promise<SandboxPolicy> {
  const [own] = await manager.find(ProviderPolicy, {
    // All that an environment's role may read of it.
    select: { version: true, text: true },
    order: { version: 'DESC' },
    take: 1,
  });
  const { version, text } = own ?? builtInPolicy;
  return { version: String(version), text };
}

/** The provider is locked: nobody makes the same version. What says the same as the last is none. */
export async function addPolicy(tx: Tx, text: string, by: Actor): Promise<void> {
  const last = await policyInForce(tx.manager);
  if (last?.text === text) return;
  await tx.manager.insert(ProviderPolicy, {
    version: (last?.version ?? 0) + 1,
    text,
    createdBy: by,
    createdAt: tx.now,
  });
}
