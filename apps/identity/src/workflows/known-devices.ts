import { Inject, Injectable } from '@nestjs/common';
import type { Environment } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { IdentityConfig } from '../config';
import { hashDevice, newDevice } from '../domain/credentials';
import type { Person, StaffMember } from '../storage/entities';
import { Devices } from '../storage/devices.repository';

/** No one's id: what does not exist is looked for all the same, so that it costs the same. */
const nobody = '00000000-0000-0000-0000-000000000000';
const daySeconds = 86_400;

/** A browser that signs in. */
export interface Device {
  token: string;
  tokenHash: Buffer;
  /** Whether the same person has signed in with it before. */
  isKnown: boolean;
}

/** Where people and staff have signed in before: failures there are counted apart (ADR 0018). */
@Injectable()
export class KnownDevices {
  private readonly seconds: number;

  constructor(
    private readonly devices: Devices,
    @Inject(IdentityConfig) config: IdentityConfig,
  ) {
    this.seconds = config.SLIPWAY_DEVICE_DAYS * daySeconds;
  }

  async ofPerson(environment: Environment, person: Person | null, presented: string | undefined): Promise<Device> {
    return deviceOf(presented, (hash) => this.devices.isPersons(environment, person?.id ?? nobody, hash));
  }

  async ofStaff(member: StaffMember | null, presented: string | undefined): Promise<Device> {
    return deviceOf(presented, (hash) => this.devices.isStaffs(member?.id ?? nobody, hash));
  }

  /** In the transaction of the sign-in. @returns what the browser is to keep */
  async keepOfPerson(tx: Tx, person: Person, { token, tokenHash }: Device) {
    await this.devices.keepOfPerson(tx, person, tokenHash, this.endOf(tx));
    return this.given(token);
  }

  async keepOfStaff(tx: Tx, member: StaffMember, { token, tokenHash }: Device) {
    await this.devices.keepOfStaff(tx, member, tokenHash, this.endOf(tx));
    return this.given(token);
  }

  private endOf = ({ now }: Tx): Date => new Date(now.getTime() + this.seconds * 1_000);

  private given = (token: string) => ({ token, expiresIn: this.seconds });
}

/** What is presented and not known is never kept: somebody else may have put it there. */
async function deviceOf(presented = '', isKnown: (tokenHash: Buffer) => Promise<boolean>): Promise<Device> {
  const tokenHash = hashDevice(presented);
  if (await isKnown(tokenHash)) return { token: presented, tokenHash, isKnown: true };
  const token = newDevice();
  return { token, tokenHash: hashDevice(token), isKnown: false };
}
