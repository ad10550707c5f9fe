import { createHmac } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { IsNull, Not, type EntityManager } from 'typeorm';
import { identity, type SecondFactorState, type SessionId, type StaffId } from '#libs/contracts';
import { purposeKey, seal, SERVICE_KEY, unseal } from '#libs/crypto';
import type { Tx } from '#libs/database';
import { fail, SlipwayError } from '#libs/errors';
import { IdentityConfig } from '../config';
import {
  afterWrongCode,
  bareCode,
  isRecoveryCode,
  lackingOf,
  newFactorSecret,
  newRecoveryCode,
  noWrongCodes,
  stepOf,
  waitSeconds,
} from '../domain/second-factor';
import { RecoveryCode, SecondFactor } from '../storage/entities';

/** The second factors of the staff: sealed secrets, each code good once, recovery codes hashed (docs/adr/0019). */
@Injectable()
export class SecondFactors {
  private readonly sealingKey: Buffer;
  private readonly pepper: Buffer;

  constructor(
    @Inject(SERVICE_KEY) serviceKey: string,
    @Inject(IdentityConfig) private readonly config: IdentityConfig,
  ) {
    this.sealingKey = purposeKey(serviceKey, 'second-factors');
    this.pepper = purposeKey(serviceKey, 'recovery-code-pepper');
  }

  get isCompulsory(): boolean {
    return this.config.SLIPWAY_STAFF_SECOND_FACTOR === 'required';
  }

  lackingOf(session: { enrolled: boolean; codePresented: boolean }): SecondFactorState {
    return lackingOf(session, this.config.SLIPWAY_STAFF_SECOND_FACTOR);
  }

  isEnrolled(manager: EntityManager, staffId: StaffId): Promise<boolean> {
    return manager.existsBy(SecondFactor, { staffId, secret: Not(IsNull()) });
  }

  recoveryCodesLeft(manager: EntityManager, staffId: StaffId): Promise<number> {
    return manager.countBy(RecoveryCode, { staffId });
  }

  /**
   * Whether this is a code of the member's, which is used up with that. Uses of one member take turns.
   * @throws identity.no_second_factor, identity.too_many_codes
   */
  async accept(tx: Tx, staffId: StaffId, code: string): Promise<boolean> {
    const factor = await this.lock(tx.manager, staffId);
    if (!factor?.secret) fail('identity.no_second_factor', 'There is no second factor to give a code of.');
    const bare = bareCode(code);
    // Not to be guessed, and the way in for somebody whose codes another is guessing at.
    if (isRecoveryCode(bare)) return this.acceptRecoveryCode(tx, staffId, bare);
    this.requirePatience(factor, tx.now);
    const step = stepOf(this.unseal(staffId, factor.secret), bare, tx.now);
    const right = step !== undefined && step > factor.usedStep;
    const change = right ? { usedStep: step, ...noWrongCodes } : afterWrongCode(factor, tx.now);
    await tx.manager.update(SecondFactor, { staffId }, change);
    return right;
  }

  /** What the next code is to prove that it was taken over. @throws identity.second_factor_required */
  async begin({ manager }: Tx, staffId: StaffId, sessionId: SessionId): Promise<Buffer> {
    await this.requireOwnCode(manager, staffId, sessionId);
    const secret = newFactorSecret();
    await manager.upsert(SecondFactor, { staffId, nextSecret: this.seal(staffId, secret) }, ['staffId']);
    return secret;
  }

  /**
   * Takes what was begun into use, in place of what there was. Other sessions have to give a code of it.
   * @throws identity.no_second_factor, identity.second_factor_required @returns recovery codes, or undefined: wrong code
   */
  async confirm(tx: Tx, staffId: StaffId, sessionId: SessionId, code: string): Promise<string[] | undefined> {
    const { manager } = tx;
    const factor = await this.requireOwnCode(manager, staffId, sessionId);
    if (!factor?.nextSecret) fail('identity.no_second_factor', 'Begin with PUT /v1/me/second-factor.');
    const step = stepOf(this.unseal(staffId, factor.nextSecret), bareCode(code), tx.now);
    if (step === undefined) return undefined;
    const inUse = { secret: factor.nextSecret, nextSecret: null, usedStep: step, ...noWrongCodes };
    await manager.update(SecondFactor, { staffId }, inUse);
    await manager.query('update identity.staff_sessions set code_presented = (id = $2) where staff_id = $1', [
      staffId,
      sessionId,
    ]);
    return this.renewRecoveryCodes(manager, staffId);
  }

  async remove({ manager }: Tx, staffId: StaffId): Promise<void> {
    await manager.delete(SecondFactor, { staffId });
  }

  /** Taken by whatever looks at a factor and then changes it. */
  private lock(manager: EntityManager, staffId: StaffId): Promise<SecondFactor | null> {
    return manager.findOne(SecondFactor, { where: { staffId }, lock: { mode: 'pessimistic_write' } });
  }

  /** Enrolled by another session a moment ago, a factor is not replaced by one that has given no code of it. */
  private async requireOwnCode(manager: EntityManager, staffId: StaffId, sessionId: SessionId) {
    const [session] = await manager.query<{ code_presented: boolean }[]>(
      'select code_presented from identity.staff_sessions where staff_id = $1 and id = $2 for update',
      [staffId, sessionId],
    );
    const factor = await this.lock(manager, staffId);
    if (factor?.secret && !session?.code_presented) {
      fail(
        'identity.second_factor_required',
        'Send the code of your second factor to POST /v1/sessions/current/second-factor first.',
        { secondFactor: 'required' },
      );
    }
    return factor;
  }

  private requirePatience(factor: SecondFactor, now: Date): void {
    const retryAfterSeconds = waitSeconds(factor, now);
    if (retryAfterSeconds > 0) {
      const words = 'Too many wrong codes. Wait, or give a recovery code.';
      throw new SlipwayError('identity.too_many_codes', words, { retryAfterSeconds });
    }
  }

  private async acceptRecoveryCode({ manager }: Tx, staffId: StaffId, bare: string): Promise<boolean> {
    const { affected } = await manager.delete(RecoveryCode, { staffId, codeHash: this.hash(bare) });
    return affected === 1;
  }

  private async renewRecoveryCodes(manager: EntityManager, staffId: StaffId): Promise<string[]> {
    const codes = Array.from({ length: identity.recoveryCodesCount }, newRecoveryCode);
    await manager.delete(RecoveryCode, { staffId });
    await manager.insert(
      RecoveryCode,
      codes.map((code) => ({ staffId, codeHash: this.hash(bareCode(code)) })),
    );
    return codes;
  }

  private hash = (bare: string): Buffer => createHmac('sha256', this.pepper).update(bare).digest();

  private seal(staffId: StaffId, secret: Buffer): Buffer {
    return seal(this.sealingKey, `second factor of ${staffId}`, secret);
  }

  private unseal(staffId: StaffId, sealed: Buffer): Buffer {
    return unseal(this.sealingKey, `second factor of ${staffId}`, sealed);
  }
}
