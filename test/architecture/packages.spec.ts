import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const checkout = join(__dirname, '..', '..');
const read = (path: string) => JSON.parse(readFileSync(join(checkout, path), 'utf8')) as Record<string, never>;

interface Package {
  resolved?: string;
  engines?: { node?: string };
}

const manifest = read('package.json') as unknown as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};
const lock = read('package-lock.json') as unknown as { packages: Record<string, Package> };
const direct = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });

/** Whether 20.19 satisfies an engines range; the forms that packages use, no more. */
function allowsNode20(range: string): boolean {
  return range.split('||').some((part) => {
    const text = part.trim().replace(/\.x/g, '');
    if (text === '' || text === '*') return true;
    const [, operator = '', major, minor = '0'] = /^(>=|\^|~|>|=)?\s*v?(\d+)(?:\.(\d+))?/.exec(text) ?? [];
    if (major === undefined) return false;
    const atLeast = Number(major) < 20 || (Number(major) === 20 && Number(minor) <= 19);
    return operator === '>=' || operator === '>' ? atLeast : Number(major) === 20 && atLeast;
  });
}

describe('packages', () => {
  it.each(direct)('%s runs on Node 20.19', (name) => {
    const range = lock.packages[`node_modules/${name}`]?.engines?.node ?? '*';
    expect({ range, allowed: allowsNode20(range) }).toEqual({ range, allowed: true });
  });

  it.each([
    ['docker-compose.yml', /^ +image: (?!slipway$)(.*)$/gm],
    ['deploy/images/Dockerfile', /^FROM (\S+)/gm],
  ])('the images that %s names are named to the last number', (path, pattern) => {
    const images = [...readFileSync(join(checkout, path), 'utf8').matchAll(pattern)].map(([, image]) => image);
    expect(images.length).toBeGreaterThan(1);
    // Postgres has two numbers.
    expect(images.filter((image) => !/^(postgres:\d+\.\d+|\w+:\d+\.\d+\.\d+)(-\w+)?$/.test(image ?? ''))).toEqual([]);
  });

  it('the lock file names no download address', () => {
    expect(Object.entries(lock.packages).filter(([, { resolved }]) => resolved)).toEqual([]);
  });

  it('every version is exact', () => {
    const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter((version) => !/^\d/.test(version))).toEqual([]);
  });
});
