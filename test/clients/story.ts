/** What the story needs of a client, whichever made it. Each refuses by throwing. */
export interface Client {
  register(domain: string, admin: Person): Promise<{ partnerId: string }>;
  signIn(username: string, password: string): Promise<string>;
  requestSandbox(session: string, admin: Person): Promise<void>;
  isEligible(session: string): Promise<boolean>;
  sandboxState(session: string): Promise<string>;
  completeSetup(session: string): Promise<void>;
  switchOn(session: string): Promise<void>;
  subscribe(session: string, planId: string): Promise<{ id: string; phase: string; canSubmit: boolean }>;
  createKey(
    session: string,
    subscriptionId: string,
  ): Promise<{ applicationId: string; applicationSecret: string | null }>;
  token(environment: 'sandbox' | 'production', applicationId: string, secret: string): Promise<string>;
  whoami(environment: 'sandbox' | 'production', token: string): Promise<{ applicationId: string }>;
  submit(session: string, subscriptionId: string): Promise<{ submissionId: string }>;
  read(session: string, subscriptionId: string): Promise<{ phase: string; production: { unlocked: boolean } }>;
  /** The stable code of the refusal of a subscription to no plan. */
  codeOfRefusal(session: string): Promise<string | undefined>;
}

export interface Person {
  username: string;
  displayName: string;
  email: string;
  password: string;
}

declare const process: { argv: string[] };

/** From a registration to a call in production. Says what staff is to confirm and to approve, and goes on when it has. */
export async function play(client: Client): Promise<void> {
  const [, , domain = '', planId = ''] = process.argv;
  const admin = { username: 'ada', displayName: 'Ada', email: `ada@${domain}`, password: 'seven blue horses at noon' };
  console.log(`registered ${(await client.register(domain, admin)).partnerId}`);
  const primary = await client.signIn(`ada@${domain}`, admin.password);
  await until(() => client.isEligible(primary));
  await client.requestSandbox(primary, admin);
  await until(async () => (await client.sandboxState(primary)) === 'awaiting_setup');
  const sandbox = await client.signIn(`ada@sandbox.${domain}`, admin.password);
  await client.completeSetup(sandbox);
  for (const session of [sandbox, primary]) await client.switchOn(session);

  const subscription = await client.subscribe(sandbox, planId);
  expect(
    subscription.phase === 'sandbox' && !subscription.canSubmit,
    'it begins in the sandbox, and cannot be submitted',
  );
  await callWith(client, 'sandbox', sandbox, subscription.id);
  const { submissionId } = await client.submit(sandbox, subscription.id);
  console.log(`submitted ${submissionId}`);
  await until(async () => (await client.read(primary, subscription.id)).production.unlocked);
  await callWith(client, 'production', primary, subscription.id);
  expect((await client.codeOfRefusal(primary)) === 'not_found', 'a refusal says its code');
  console.log('played');
}

async function callWith(client: Client, environment: 'sandbox' | 'production', session: string, id: string) {
  const { applicationId, applicationSecret } = await client.createKey(session, id);
  const token = await client.token(environment, applicationId, applicationSecret ?? '');
  expect(
    (await client.whoami(environment, token)).applicationId === applicationId,
    `the token is of the key, in ${environment}`,
  );
}

function expect(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(`not so: ${what}`);
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 100));
}
