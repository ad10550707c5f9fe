import { tokens, type Environment } from '#libs/contracts';
import { Answers, UseCase, type Call } from '#libs/messaging';
import { SigningKeys } from '../../signing-keys';

/** The JWK Set (RFC 7517) of an environment: what signs, what will, and what did as long as its tokens live. */
@UseCase()
export class GetPublicKeys {
  constructor(private readonly signingKeys: SigningKeys) {}

  @Answers(tokens.getPublicKeys)
  async execute(_request: object, call: Call) {
    return { keys: this.signingKeys.publicKeys(call.scope as Environment) };
  }
}
