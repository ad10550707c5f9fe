export { authorize } from './authorize';
export { dispatch, type Route } from './dispatch';
export { PassErrorsOn } from './pass-errors-on.filter';
export {
  asService,
  asSignedIn,
  newTraceId,
  personOf,
  sessionOf,
  staffOf,
  type RequestContext,
  type RpcContext,
} from './request-context';
export { RpcClient, type SingleTry } from './rpc-client';
export { RpcHandler, UseCase } from './rpc-handler';
export { RpcServer } from './rpc-server';
export { NotBegun } from './wire';
