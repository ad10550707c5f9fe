import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { z } from 'zod';
import { pointerTo } from '#libs/contracts';
import { invalid, type FieldFault } from '#libs/errors';
import { documented } from './documented';
import { faultsOfField, fieldsOf } from './fields';

const plainTypes: unknown[] = [String, Number, Boolean, Object, Array, undefined];

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function faultsOf(errors: ValidationError[], path: string): FieldFault[] {
  return errors.flatMap((error) => {
    const own = ownFaultsOf(error).map(({ pointer, detail }) => ({ pointer: path + pointer, detail }));
    return own.length > 0 ? own : faultsOf(error.children ?? [], path + pointerTo(error.property));
  });
}

function ownFaultsOf({ property, target, constraints = {}, value }: ValidationError): FieldFault[] {
  if ('whitelistValidation' in constraints)
    return [{ pointer: pointerTo(property), detail: `There is no field ${property}.` }];
  const field = target && fieldsOf(target.constructor as new () => object)[property];
  return field ? faultsOfField(field, value, property) : [];
}

const depthMax = 64;

/** class-transformer would take one for a class, and lose the other in the assignment. */
const unnameable = ['constructor', '__proto__'];

/** class-transformer walks every member, and needs an end. */
function faultsOfWalking(value: unknown, path: string, depth = 0): FieldFault[] {
  if (typeof value !== 'object' || value === null) return [];
  if (depth > depthMax) return [{ pointer: path, detail: 'This is nested too deeply.' }];
  return Object.entries(value).flatMap(([name, member]) =>
    unnameable.includes(name)
      ? [{ pointer: path + pointerTo(name), detail: `No field may be named ${name}.` }]
      : faultsOfWalking(member, path + pointerTo(name), depth + 1),
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

interface ListRule {
  items: new () => object;
  rule: z.ZodArray;
}

/** Checks bodies and queries against their class: every fault at once, unknown fields refused. */
@Injectable()
export class BodyPipe implements PipeTransform {
  /** @param list for a body that is a list: the class of its items, and the rule of the whole */
  constructor(readonly list?: ListRule) {}

  transform(value: unknown, { metatype, type }: ArgumentMetadata): unknown {
    if (this.list && type === 'body') return this.parseList(this.list, value);
    if (type === 'param' || type === 'custom' || plainTypes.includes(metatype)) return value;
    // No body at all is an empty one: whether fields are missing is for the class to say.
    const { instance, faults } = parse(metatype as new () => object, value ?? {});
    if (faults.length > 0) throw invalid(faults);
    return instance;
  }

  private parseList({ items, rule }: ListRule, value: unknown): object[] {
    if (!Array.isArray(value)) throw invalid([{ pointer: '', detail: 'This must be a JSON array.' }]);
    const { maxItems } = documented(rule);
    if (value.length > Number(maxItems))
      throw invalid([{ pointer: '', detail: `There may be at most ${String(maxItems)} items.` }]);
    const parsed = value.map((item, index) => parse(items, item, `/${index}`));
    const faults = parsed.flatMap((one) => one.faults);
    if (faults.length > 0) throw invalid(faults);
    return parsed.map(({ instance }) => instance);
  }
}
