import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import ts from 'typescript';
import { allRpcMethods, platformMethods, services, type RpcMethod } from '#libs/contracts';
import { checkout } from '../support/checkout';

interface Handler {
  service: string;
  /** As the contract's file calls it: `identity.createKey`. */
  handles: string;
  /** What it calls, as it is written there: `this.transaction.run`. Comments and words in quotes are no calls. */
  calls: string[];
}

const source = (...path: string[]) => join(checkout, ...path);
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?<!\.spec)\.ts$/.test(file) && !file.startsWith('spec-support'))
    .map((file) => join(folder, file));

const parsed = (name: string, text: string): ts.SourceFile =>
  ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
const treeOf = (file: string): ts.SourceFile => parsed(file, readFileSync(file, 'utf8'));

/** `this.transaction.run` for `this.transaction\n  .run(…)`. */
function nameOf(called: ts.Expression): string {
  if (ts.isPropertyAccessExpression(called)) return `${nameOf(called.expression)}.${called.name.text}`;
  if (ts.isIdentifier(called)) return called.text;
  return called.kind === ts.SyntaxKind.ThisKeyword ? 'this' : '';
}

function callsIn(node: ts.Node): string[] {
  const calls: string[] = [];
  const visit = (inner: ts.Node): void => {
    if (ts.isCallExpression(inner)) calls.push(nameOf(inner.expression));
    ts.forEachChild(inner, visit);
  };
  visit(node);
  return calls;
}

/** What a method calls, itself or through others of its class. */
function callsOf(method: ts.MethodDeclaration, known = new Set<ts.MethodDeclaration>()): string[] {
  known.add(method);
  const calls = callsIn(method);
  if (!ts.isClassDeclaration(method.parent)) return calls;
  const others = method.parent.members
    .filter(ts.isMethodDeclaration)
    .filter((other) => !known.has(other) && calls.includes(`this.${other.name.getText()}`));
  return [...calls, ...others.flatMap((other) => callsOf(other, known))];
}

/** The methods of a use case that are marked with `@RpcHandler(…)`. */
function handlersIn(service: string, file: string): Handler[] {
  const handlers: Handler[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isMethodDeclaration(node)) {
      for (const { expression } of ts.getDecorators(node) ?? []) {
        if (ts.isCallExpression(expression) && expression.expression.getText() === 'RpcHandler')
          handlers.push({ service, handles: expression.arguments[0]?.getText() ?? '', calls: callsOf(node) });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(treeOf(file));
  return handlers;
}

/** `createKey` for `create-key`: contracts are named as their methods are. */
const exportedAs = ({ service, name }: RpcMethod): string =>
  `${service}.${name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}`;

const isRecorded = (handler?: Handler): boolean => handler?.calls.includes('this.transaction.run') ?? false;

/** A transaction that writes no row by itself. */
const opensTransaction = (file: string): boolean =>
  callsIn(treeOf(file)).some((call) => /(^|\.)transaction$/.test(call));

/**
 * B60: each command runs in `IdempotentTransaction.run`, which writes the act's row in the transaction of the act. That the
 * row is there, and is one, every use-case spec sees: `openService` looks after each call.
 */
describe('every act leaves its row in the audit', () => {
  const handlers = services.flatMap((service) =>
    filesIn(source('apps', service, 'src', 'use-cases')).flatMap((file) => handlersIn(service, file)),
  );
  const own = allRpcMethods.filter(
    (method) => !Object.values(platformMethods(method.service)).some(({ name }) => name === method.name),
  );
  const handlerOf = (method: RpcMethod) => handlers.find(({ handles }) => handles === exportedAs(method));

  it('and every method has its handler read', () => {
    expect(own.filter((method) => !handlerOf(method)).map(exportedAs)).toEqual([]);
    expect(handlers).toHaveLength(own.length);
  });

  it.each(own.filter(({ kind }) => kind === 'command').map((method) => [exportedAs(method), method] as const))(
    'the command %s',
    (_name, method) => {
      expect(isRecorded(handlerOf(method))).toBe(method.unrecorded === undefined);
    },
  );

  /** What goes on as somebody else has no key by then, and who weighs passwords and codes counts each attempt. */
  it('what may be sent again is done once per Idempotency-Key, and what is not stands here (docs/adr/0027)', () => {
    const commands = own.filter(({ kind }) => kind === 'command');
    const withKey = commands.filter(({ again }) => again === 'withKey').map(handlerOf);
    expect(withKey.filter((handler) => !isRecorded(handler) || handler?.calls.includes('asSignedIn'))).toEqual([]);
    expect(commands.filter(({ again }) => again === 'freely').map(exportedAs)).toEqual(['tokens.issueToken']);
    expect(commands.filter(({ again }) => again === 'never').map(exportedAs)).toEqual([
      'identity.verifyDomain',
      'identity.changeEmail',
      'identity.signIn',
      'identity.changePassword',
      'identity.acceptInvitation',
      'identity.verifyEmail',
      'identity.resetPassword',
      'identity.countTokens',
      'identity.signInStaff',
      'identity.changeStaffPassword',
      'identity.presentSecondFactor',
      'identity.reauthenticateStaff',
      'identity.startSecondFactor',
      'identity.confirmSecondFactor',
      'tokens.issueOwnToken',
    ]);
  });

  it('whatever only reads may be called again', () => {
    expect(allRpcMethods.filter(({ kind, again }) => kind === 'query' && again !== 'freely')).toEqual([]);
  });

  it('a comment is no call, and a call in two lines is one', () => {
    const read = (text: string) => callsIn(parsed('handler.ts', text));
    expect(read("// this.transaction.run(\nconst text = 'this.transaction.run()';")).toEqual([]);
    expect(read('this.transaction\n  // here\n  .run(context);')).toEqual(['this.transaction.run']);
  });

  /** What a transaction of its own writes is recorded where it is, or it writes nothing. */
  it('nobody writes beside it but these, each of whom records what it does', () => {
    const apps = services.flatMap((service) => filesIn(source('apps', service, 'src')));
    const own = apps.filter(opensTransaction);
    expect(own.map((file) => relative(source('apps'), file)).sort()).toEqual([
      'identity/src/use-cases/rescue-person/rescue-person.use-case.ts',
      'identity/src/workflows/account-opening.ts',
      'identity/src/workflows/acting-person.ts',
      'identity/src/workflows/admin-reset.ts',
      'identity/src/workflows/first-admin.ts',
      'identity/src/workflows/key-expiry.ts',
      'identity/src/workflows/partner-announcements.ts',
      'identity/src/workflows/password-reset-requests.ts',
      'identity/src/workflows/refused-sign-ins.ts',
      'identity/src/workflows/registration-expiry.ts',
      'identity/src/workflows/session-use.ts',
      'notifications/src/workflows/feed.ts',
      'notifications/src/workflows/webhook-deliveries.ts',
      'notifications/src/workflows/webhook-watch.ts',
      'subscriptions/src/workflows/ending-cancelled.ts',
      'subscriptions/src/workflows/production-announcements.ts',
      'subscriptions/src/workflows/review-clocks.ts',
      'tokens/src/signing/signing-keys.ts',
    ]);
    // One only keeps somebody from being removed meanwhile, one notes that a session is in use, one gives what was recorded
    // with its event a place in a feed, and one notes how attempts went: that is a log of its own, and what follows of it
    // `webhook-switching.ts` records.
    const silent = own.filter((file) => !callsIn(treeOf(file)).includes('recordAct'));
    expect(silent.map((file) => basename(file))).toEqual([
      'acting-person.ts',
      'session-use.ts',
      'feed.ts',
      'webhook-deliveries.ts',
    ]);
  });

  it('a query runs in no transaction of the kind', () => {
    const queries = own.filter(({ kind }) => kind === 'query');
    expect(queries.filter((method) => isRecorded(handlerOf(method))).map(exportedAs)).toEqual([]);
  });

  it('what leaves none says why, and is about tokens', () => {
    const unrecorded = allRpcMethods.filter(({ unrecorded: reason }) => reason !== undefined);
    expect(unrecorded.map(exportedAs)).toEqual(['identity.countTokens', 'tokens.issueToken', 'tokens.issueOwnToken']);
    expect(allRpcMethods.filter(({ kind, unrecorded: reason }) => kind === 'query' && reason !== undefined)).toEqual(
      [],
    );
  });
});
