import { allFacts, allQuestions, consumers, factSubject, factType, scopes, subjectOf } from '#libs/contracts';

describe('contracts', () => {
  it('every question has a subject of its own', () => {
    const subjects = allQuestions.flatMap((question) => question.scopes.map((scope) => subjectOf(question, scope)));
    expect(new Set(subjects).size).toBe(subjects.length);
  });

  it('nobody listens to a fact in a scope in which it is never told', () => {
    const told = new Set(allFacts.flatMap((fact) => fact.scopes.map((scope) => factSubject(fact, scope))));
    const heard = consumers.flatMap(({ facts, from }) => facts.map((fact) => factSubject(fact, from)));
    expect(heard.filter((subject) => !told.has(subject))).toEqual([]);
  });

  it('every fact has somebody who listens', () => {
    const heard = new Set(consumers.flatMap(({ facts }) => facts.map(factType)));
    expect(allFacts.map(factType).filter((type) => !heard.has(type))).toEqual([]);
  });

  it.each(allQuestions.map((question) => [subjectOf(question, question.scopes[0] ?? 'shared'), question] as const))(
    '%s is asked by somebody, in scopes that exist',
    (_subject, { askedBy, scopes: own }) => {
      expect(askedBy.length).toBeGreaterThan(0);
      expect(own.every((scope) => scopes.includes(scope))).toBe(true);
    },
  );
});
