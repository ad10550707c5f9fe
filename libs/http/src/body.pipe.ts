import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { invalid, type FieldFault } from '#libs/errors';

const plainTypes: unknown[] = [String, Number, Boolean, Object, Array, undefined];

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** RFC 6901. */
const pointer = (path: string, member: string): string =>
  `${path}/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`;

function faultsOf(errors: ValidationError[], path = ''): FieldFault[] {
  return errors.flatMap((error) => {
    const here = pointer(path, error.property);
    const own = Object.keys(error.constraints ?? {}).length > 0 ? [{ pointer: here, detail: detailOf(error) }] : [];
    return [...own, ...faultsOf(error.children ?? [], here)];
  });
}

/** One sentence for a field, however many rules it breaks. */
function detailOf({ property, constraints = {}, value }: ValidationError): string {
  if ('whitelistValidation' in constraints) return `There is no field ${property}.`;
  if (value === undefined) return `${property} is missing.`;
  // The first rule of a field stands last: decorators run from the inside out.
  const message = constraints['isString'] ?? Object.values(constraints).at(-1);
  return `${message}.`;
}

const depthMax = 64;

/** class-transformer walks every member: it would take one named `constructor` for a class, and needs an end. */
function faultsOfWalking(value: unknown, path: string, depth = 0): FieldFault[] {
  if (typeof value !== 'object' || value === null) return [];
  if (depth > depthMax) return [{ pointer: path, detail: 'This is nested too deeply.' }];
  return Object.entries(value).flatMap(([name, member]) =>
    name === 'constructor'
      ? [{ pointer: pointer(path, name), detail: 'No field may be named constructor.' }]
      : faultsOfWalking(member, pointer(path, name), depth + 1),
  );
}

function parse(type: new () => object, value: unknown, path = ''): { instance: object; faults: FieldFault[] } {
  if (!isObject(value)) return { instance: {}, faults: [{ pointer: path, detail: 'This must be a JSON object.' }] };
  const unwalkable = faultsOfWalking(value, path);
  if (unwalkable.length > 0) return { instance: {}, faults: unwalkable };
  const instance = plainToInstance(type, value);
  const errors = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false });
  return { instance, faults: faultsOf(errors, path) };
}

/** Checks bodies and queries against their class: every fault at once, unknown fields refused. */
@Injectable()
export class BodyPipe implements PipeTransform {
  /** @param items for a body that is a list: the class of its items, and how many there may be */
  constructor(private readonly list?: { items: new () => object; max: number }) {}

  transform(value: unknown, { metatype, type }: ArgumentMetadata): unknown {
    if (this.list && type === 'body') return this.parseList(this.list, value);
    if (type === 'param' || type === 'custom' || plainTypes.includes(metatype)) return value;
    // No body at all is an empty one: whether fields are missing is for the class to say.
    const { instance, faults } = parse(metatype as new () => object, value ?? {});
    if (faults.length > 0) throw invalid(faults);
    return instance;
  }

  private parseList({ items, max }: { items: new () => object; max: number }, value: unknown): object[] {
    if (!Array.isArray(value)) throw invalid([{ pointer: '', detail: 'This must be a JSON array.' }]);
    if (value.length > max) throw invalid([{ pointer: '', detail: `There may be at most ${max} items.` }]);
    const parsed = value.map((item, index) => parse(items, item, `/${index}`));
    const faults = parsed.flatMap((one) => one.faults);
    if (faults.length > 0) throw invalid(faults);
    return parsed.map(({ instance }) => instance);
  }
}
