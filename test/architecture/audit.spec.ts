import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { allRpcMethods, platformMethods, services, type RpcMethod } from '#libs/contracts';
import { checkout } from '../support/checkout';

interface Handler {
  service: string;
  /** As the contract's file calls it: `identity.createKey`. */
  handles: string;
  body: string;
}

const source = (...path: string[]) => join(checkout, ...path);
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.use-case.ts'))
    .map((file) => join(folder, file));

/** The methods of a use case that are marked with `@RpcHandler(…)`. */
function handlersIn(service: string, file: string): Handler[] {
  const handlers: Handler[] = [];
  const tree = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isMethodDeclaration(node)) {
      for (const { expression } of ts.getDecorators(node) ?? []) {
        if (ts.isCallExpression(expression) && expression.expression.getText() === 'RpcHandler')
          handlers.push({ service, handles: expression.arguments[0]?.getText() ?? '', body: node.getText() });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return handlers;
}

/** `createKey` for `create-key`: contracts are named as their methods are. */
const exportedAs = ({ service, name }: RpcMethod): string =>
  `${service}.${name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}`;

const isRecorded = (handler?: Handler): boolean =>
  handler !== undefined && /this\.transaction\s*\.run\(/.test(handler.body);

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

  it('a query runs in no transaction of the kind', () => {
    const queries = own.filter(({ kind }) => kind === 'query');
    expect(queries.filter((method) => isRecorded(handlerOf(method))).map(exportedAs)).toEqual([]);
  });

  it('what leaves none says why, and is about tokens', () => {
    const unrecorded = allRpcMethods.filter(({ unrecorded: reason }) => reason !== undefined);
    expect(unrecorded.map(exportedAs)).toEqual(['tokens.issueToken', 'tokens.issueOwnToken']);
    expect(allRpcMethods.filter(({ kind, unrecorded: reason }) => kind === 'query' && reason !== undefined)).toEqual(
      [],
    );
  });
});
