import ts from 'typescript';
import { filesOf, textOf } from '../support/checkout';

/** What lives as long as the process and grows with what is asked of it. */
const collections = ['LRUCache', 'Map', 'Set', 'WeakMap', 'WeakSet'];
const knowsItsScope = /\b(Environment|Scope)\b/;

/** Collections that no environment's data can meet another's in, though their type does not say so. */
const reasons: Record<string, string> = {
  'apps/gateway/src/data-plane/product-routes.ts ProductRoutes.found': 'products are shared, and hold both endpoints',
  'apps/gateway/src/data-plane/product-routes.ts ProductRoutes.notFound': 'names of no product, in either environment',
  'apps/gateway/src/data-plane/product-routes.ts ProductRoutes.underWay':
    'products are shared, and hold both endpoints',
  'apps/portal/src/session/sessions.ts listeners': 'what is to be drawn anew in a browser; no data',
  'apps/notifications/src/event-handlers/on-outcome/on-outcome.event-handler.ts outcomes':
    'types of events; code, no data',
  'apps/notifications/src/domain/templates.ts templates': 'words, the same for everybody; never added to',
  'apps/notifications/src/mail/template-folder.ts knownNames': 'names of events; code, no data',
  'apps/identity/src/domain/weak-passwords.ts common': 'a list that is never added to',
  'apps/subscriptions/src/forms/form-checks.ts FormChecks.costlyForms': 'forms of plans, which are shared',
  'apps/subscriptions/src/forms/form-checks.ts FormChecks.waits':
    'partners, whose subscriptions belong to neither environment',
  'apps/subscriptions/src/forms/form-tasks.ts prepared': 'forms of plans, which are shared',
  'libs/http/src/held-refusals.ts HeldRefusals.counted': 'how often an address was refused, wherever it wanted to go',
  'libs/http/src/problem.ts refusals': 'replies under way; no data',
  'libs/http/src/fields.ts fieldClasses': 'classes of bodies, known before any request',
  'libs/rpc/src/rpc-client.ts RpcClient.batches': 'by reply prefix, which names the scope',
  'libs/rpc/src/rpc-client.ts RpcClient.replies': 'by reply prefix, which names the scope',
  'libs/rpc/src/replies.ts Replies.waiting': 'by number of a call; these have one scope',
  'libs/rpc/src/batch-sender.ts BatchSender.waiting': 'by number of a request; a sender has one scope',
  'libs/rpc/src/batch-sender.ts BatchSender.batchItems': 'by number of a batch; a sender has one scope',
  'libs/rpc/src/batch-sender.ts BatchSender.outgoing': 'by subject, which names the scope',
  'libs/rpc/src/batch-sender.ts BatchSender.unanswered': 'numbers of requests; a sender has one scope',
  'libs/database/src/connection.ts Siblings.clients': 'connections of one pool, which has one scope',
  'libs/events/src/event-handlers.ts definitions': 'types of events; code, no data',
  'libs/events/src/event-consumers.ts EventConsumers.running': 'by durable name, which begins with the scope',
  'libs/events/src/outbox-relay.ts OutboxRelay.reconciling': 'what is to end with the process; no data',
  'libs/events/src/reconciler.ts Reconciler.silentUntil': 'by durable name, which says its scope',
  'libs/events/src/stalls.ts Stalls.stalled': 'names of what does not go on, which say their scope',
  'libs/http/src/protocol-faults.ts ProtocolFaults.begun': 'the request under way, by its connection',
  'libs/turns/src/fair-queue.ts FairQueue.items':
    'who waits for a thread, by partner or address, and for how short a time',
  'libs/http/src/feeds/following.ts Following.open': 'connections, each with its own feed; no data',
  'libs/http/src/feeds/following.ts Following.perFollower': 'how many connections an account or one of the staff has',
  'libs/events/src/worker.ts Worker.underWay': 'of one worker, which has one scope',
};

interface Collection {
  name: string;
  /** As it is declared or made. */
  type: string;
}

/** Of a file: what is kept at its top or in a member of a class. What a function makes for itself ends with it. */
function collectionsOf(path: string): Collection[] {
  const source = ts.createSourceFile(path, textOf(path), ts.ScriptTarget.ES2022, true);
  const found: Collection[] = [];
  const makesCollection = (node: ts.Node): boolean =>
    (ts.isNewExpression(node) && collections.includes(node.expression.getText())) ||
    (!ts.isFunctionLike(node) && (ts.forEachChild(node, makesCollection) ?? false));
  const add = (node: ts.PropertyDeclaration | ts.VariableDeclaration, owner?: string) => {
    if (!node.initializer || !makesCollection(node.initializer)) return;
    const name = [owner, node.name.getText()].filter(Boolean).join('.');
    found.push({ name: `${path} ${name}`, type: node.type?.getText() ?? node.initializer.getText() });
  };
  for (const statement of source.statements) {
    if (ts.isClassDeclaration(statement))
      for (const member of statement.members)
        if (ts.isPropertyDeclaration(member)) add(member, statement.name?.getText());
    if (ts.isVariableStatement(statement)) statement.declarationList.declarations.forEach((made) => add(made));
  }
  return found;
}

describe('what a process remembers', () => {
  const kept = filesOf('apps')
    .concat(filesOf('libs'))
    .filter((path) => path.endsWith('.ts') && !/\.spec\.ts$|spec-support|libs\/testing/.test(path))
    .flatMap(collectionsOf);

  it('is found', () => {
    expect(kept.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'apps/tokens/src/signing/fenced-keys.ts FencedKeys.verified',
        'libs/database/src/database.ts Database.sources',
      ]),
    );
  });

  it('is kept apart by environment or scope, or cannot mix them, for a reason that is written here', () => {
    const mixing = kept.filter(({ name, type }) => !knowsItsScope.test(type) && !(name in reasons));
    expect(mixing.map(({ name }) => name)).toEqual([]);
    expect(Object.keys(reasons).filter((name) => !kept.some((collection) => collection.name === name))).toEqual([]);
  });
});
