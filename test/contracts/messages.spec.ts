import { z } from 'zod';
import { allFacts, allQuestions, consumers, durableName, factType, subjectOf, type Question } from '#libs/contracts';

/** A changed message shows up as a diff here; a breaking one needs a new version beside the old. */
describe('messages between services', () => {
  const shapeOf = (type: z.ZodType, io: 'input' | 'output') => z.toJSONSchema(type, { io });
  const nameOf = (question: Question) => subjectOf(question, question.scopes[0] ?? 'shared').replace(/^rpc\.\w+\./, '');

  it.each(allQuestions.map((question) => [nameOf(question), question] as const))('question %s', (_name, question) => {
    const { scopes, askedBy, allow, request, reply } = question;
    expect({
      scopes,
      askedBy,
      allow,
      request: shapeOf(request, 'input'),
      reply: shapeOf(reply, 'output'),
    }).toMatchSnapshot();
  });

  it.each(allFacts.map((fact) => [factType(fact), fact] as const))('fact %s', (_type, { scopes, data }) => {
    expect({ scopes, data: shapeOf(data, 'output') }).toMatchSnapshot();
  });

  it('who listens to what', () => {
    expect(
      Object.fromEntries(consumers.map((spec) => [durableName(spec), spec.facts.map(factType)])),
    ).toMatchSnapshot();
  });
});
