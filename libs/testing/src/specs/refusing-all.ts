import type { Type } from '@nestjs/common';
import { platformMethods, rpcMethodsOf, type Service } from '#libs/contracts';
import { RpcHandler, UseCase } from '#libs/rpc';

/** For a service that a spec makes up: handles every method of the real one's contract by refusing it. */
export function refusingAll(service: Service): Type {
  class RefusesAll {}
  const platform = new Set(Object.values(platformMethods(service)).map(({ name }) => name));
  for (const method of rpcMethodsOf(service).filter(({ name }) => !platform.has(name))) {
    const descriptor = { value: () => Promise.reject(new Error(`${method.name} is not part of this spec`)) };
    Object.defineProperty(RefusesAll.prototype, method.name, descriptor);
    RpcHandler(method)(RefusesAll.prototype, method.name, descriptor);
  }
  UseCase()(RefusesAll);
  return RefusesAll;
}
