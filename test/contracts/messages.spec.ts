import { z } from 'zod';
import { allFacts, allQuestions, consumers, durableName, factType, subjectOf, type Question } from '#libs/contracts';
import { shapeOf } from './shape';

/** A changed message shows up as a diff here; a breaking one needs a new version beside the old. */
describe('messages between services', () => {
  const input = (type: z.ZodType) => shapeOf(z.toJSONSchema(type, { io: 'input' }) as object);
  const output = (type: z.ZodType) => shapeOf(z.toJSONSchema(type, { io: 'output' }) as object);
  const nameOf = (question: Question) => subjectOf(question, question.scopes[0] ?? 'shared').replace(/^rpc\.\w+\./, '');

  it.each(allQuestions.map((question) => [nameOf(question), question] as const))('question %s', (_name, question) => {
    const { scopes, askedBy, allow, request, reply } = question;
    const who = `${allow}, by ${askedBy.join(', ')}, in ${scopes.join(', ')}`;
    expect({ who, request: input(request), reply: output(reply) }).toMatchSnapshot();
  });

  it.each(allFacts.map((fact) => [factType(fact), fact] as const))('fact %s', (_type, { scopes, data }) => {
    expect({ scopes: scopes.join(', '), data: output(data) }).toMatchSnapshot();
  });

  it('who listens to what', () => {
    const heard = consumers.map((spec) => [durableName(spec), spec.facts.map(factType)]);
    expect(Object.fromEntries(heard)).toMatchSnapshot();
  });
});
