import { prototypeIn } from './json-body';

const pointerIn = (json: string) => prototypeIn(JSON.parse(json))?.pointer;

describe('what could be taken for a prototype in a body', () => {
  it.each([
    ['{"__proto__":{"isAdmin":true}}', '/__proto__'],
    ['{"__proto__":null}', '/__proto__'],
    ['{"\\u005f_proto\\u005f_":1}', '/__proto__'],
    ['{"answers":{"one":{"a/b":[0,{"__proto__":{}}]}}}', '/answers/one/a~1b/1/__proto__'],
    ['[{"name":"a"},{"__proto__":1}]', '/1/__proto__'],
    ['{"constructor":{"prototype":{"isAdmin":true}}}', '/constructor/prototype'],
    ['{"a":{"constructor":{"prototype":null}}}', '/a/constructor/prototype'],
    ['{"constructor":{"__proto__":{}}}', '/constructor/__proto__'],
  ])('%s: is named at %s', (json, pointer) => {
    expect(pointerIn(json)).toBe(pointer);
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
  });

  it.each([
    ['"__proto__"'],
    ['null'],
    ['7'],
    ['["__proto__","constructor"]'],
    ['{"name":"__proto__","proto":{},"prototype":{}}'],
    ['{"constructor":"prototype"}'],
    ['{"constructor":{"name":"prototype"}}'],
  ])('%s: there is none', (json) => {
    expect(pointerIn(json)).toBeUndefined();
  });

  it('is found however deep it is', () => {
    const deep = 20_000;
    expect(pointerIn(`${'['.repeat(deep)}{"__proto__":1}${']'.repeat(deep)}`)).toBe(`${'/0'.repeat(deep)}/__proto__`);
  });
});
