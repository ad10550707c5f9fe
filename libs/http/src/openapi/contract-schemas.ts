import { z } from 'zod';
import { allRpcMethods, identity, notifications, subscriptions, tokens } from '#libs/contracts';
import { withoutPattern, type JsonSchema } from '../documented';

const contracts = { identity, notifications, subscriptions, tokens };
const references = '#/components/schemas/';

/** Of what says no more than that it is done. */
const isEmpty = (rule: z.ZodType): boolean => rule instanceof z.ZodObject && Object.keys(rule.shape).length === 0;

const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const pascalCase = (name: string): string => name.split('-').map(capitalized).join('');

/** What the contracts give a name; a reply that has none is named by its method. So every client has the same types. */
const named = z.registry<{ id: string }>();
for (const contract of Object.values(contracts))
  for (const [name, rule] of Object.entries(contract))
    if ((rule instanceof z.ZodObject || rule instanceof z.ZodEnum) && !named.has(rule))
      named.add(rule, { id: capitalized(name) });
for (const { name, reply } of allRpcMethods)
  if (!named.has(reply) && !isEmpty(reply)) named.add(reply, { id: `${pascalCase(name)}Reply` });

/** For a reply that is in no contract between services. */
export function nameSchema<Rule extends z.ZodType>(id: string, rule: Rule): Rule {
  named.add(rule, { id });
  return rule;
}

/** Once everything has its name. */
const schemasOf = () =>
  z.toJSONSchema(named, { io: 'output', uri: (id) => `${references}${id}`, override: withoutPattern })
    .schemas as Record<string, JsonSchema>;
let known: Record<string, JsonSchema> | undefined;
const schemas = (): Record<string, JsonSchema> => (known ??= schemasOf());

/** A reply of a contract: a reference to the component of its name, or the schema itself where it has none. */
export function replySchema(rule: z.ZodType): JsonSchema {
  const id = named.get(rule)?.id;
  if (id) return { $ref: `${references}${id}` };
  const { $schema, $defs, ...schema } = z.toJSONSchema(rule, {
    io: 'output',
    metadata: named,
    override: withoutPattern,
  }) as JsonSchema;
  void [$schema, $defs];
  return JSON.parse(JSON.stringify(schema).replaceAll('#/$defs/', references)) as JsonSchema;
}

/** What is sent is another schema than what is given back, also where both have the name. */
export const bodyName = (name: string): string => (name in schemas() ? `${name}Input` : name);

/** The components that a document refers to, and those that they refer to. */
export function componentsOf(document: object): Record<string, JsonSchema> {
  const found: Record<string, JsonSchema> = {};
  const collect = (part: object): void => {
    for (const [, id = ''] of JSON.stringify(part).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      const schema = schemas()[id];
      if (!schema || id in found) continue;
      const { $schema, $id, ...component } = schema;
      void [$schema, $id];
      found[id] = component;
      collect(component);
    }
  };
  collect(document);
  return found;
}
