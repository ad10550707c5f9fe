import { tokens, type Environment } from '#libs/contracts';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { SigningKeys } from '../../signing/signing-keys';

/** The JWK Set (RFC 7517) of an environment: what signs, what will, and what did as long as its tokens live. */
@UseCase()
export class GetPublicKeys {
  constructor(private readonly signingKeys: SigningKeys) {}

  @RpcHandler(tokens.getPublicKeys)
  async execute(_request: object, context: RpcContext) {
    return { keys: this.signingKeys.publicKeys(context.scope as Environment) };
  }
}
