import { consumers, factType } from '#libs/contracts';
import { hasWording } from './wording';

describe('words of messages', () => {
  const heard = consumers.filter(({ service }) => service === 'notifications').flatMap(({ facts }) => facts);

  it.each(heard.map((fact) => [factType(fact), fact] as const))('has words for %s', (_type, fact) => {
    expect(hasWording(fact)).toBe(true);
  });
});
