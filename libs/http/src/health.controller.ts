import { Controller, Get, HttpStatus, Inject, Param, Res } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AllowAnyone } from './access/allow';
import { Clock, clockView } from '#libs/clock';
import { platformMethods, services, type Service } from '#libs/contracts';
import { Connections } from '#libs/broker';
import { SlipwayError } from '#libs/errors';
import { Ending } from '#libs/process';
import { RpcClient } from '#libs/rpc';
import type { Capability } from './edge-definition';

const checkTimeoutMs = 2_000;
/** How long it counts what was found: anybody may look, and every look is a call to each service. Milliseconds. */
const countsMs = { ready: 1_000, notReady: 250 };
/** Who asks how this process is has little patience, and a service that is away lets itself be waited for. */
const patienceMs = 200;

type Wellness = Record<string, boolean>;

/** Where an edge's capabilities are injected. */
export const CAPABILITIES = Symbol('Capabilities');

@ApiExcludeController()
@Controller()
export class HealthController {
  private found: { services: Promise<Wellness>; until: number } | undefined;
  private last: Wellness = Object.fromEntries(services.map((service) => [service, false]));

  constructor(
    private readonly rpc: RpcClient,
    private readonly connections: Connections,
    private readonly clock: Clock,
    private readonly ending: Ending,
    @Inject(CAPABILITIES) private readonly capabilities: Readonly<Record<string, Capability>>,
    private readonly modules: ModuleRef,
  ) {}

  /** The process runs. */
  @Get('healthz')
  @AllowAnyone('Liveness')
  alive() {
    return { status: 'ok' };
  }

  /**
   * For who sends requests here or elsewhere: this process itself can do its work. A service that is away makes no edge
   * unready, as it would make every copy so, and with it what does not need that service; `capabilities` tells what is there.
   */
  @Get('readyz')
  @AllowAnyone('Readiness')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    if (this.ending.begun) return this.say(reply, 'stopping');
    const found = await this.lately();
    const broker = this.connections.isUp();
    const each = Object.entries(this.capabilities);
    const capabilities = Object.fromEntries(each.map(([name, capability]) => [name, this.isThere(capability, found)]));
    const itself = each.filter(([, { needs }]) => needs.length === 0).every(([name]) => capabilities[name]);
    return this.say(reply, broker && itself ? 'ok' : 'unavailable', {
      ...{ broker, capabilities, services: found },
      ...clockView(this.clock),
    });
  }

  /** For who must know of one alone: all that it needs is there. */
  @Get('readyz/:capability')
  @AllowAnyone('Readiness')
  async readyFor(@Param('capability') name: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const capability = Object.hasOwn(this.capabilities, name) ? this.capabilities[name] : undefined;
    if (!capability) throw new SlipwayError('not_found', 'There is no such capability.');
    if (this.ending.begun) return this.say(reply, 'stopping');
    const found = capability.needs.length > 0 ? await this.services() : {};
    const needed = Object.fromEntries(capability.needs.map((service) => [service, found[service] ?? false]));
    return this.say(reply, this.isThere(capability, found) ? 'ok' : 'unavailable', { services: needed });
  }

  private say<More extends object>(reply: FastifyReply, status: 'ok' | 'unavailable' | 'stopping', more?: More) {
    if (status !== 'ok') void reply.status(HttpStatus.SERVICE_UNAVAILABLE).header('Retry-After', '2');
    return { status, ...more };
  }

  private isThere({ needs, itself }: Capability, found: Wellness): boolean {
    return (
      needs.every((service) => found[service]) && (!itself || this.modules.get(itself, { strict: false }).isReady())
    );
  }

  /** What was found last, where a look takes its time. */
  private async lately(): Promise<Wellness> {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, patienceMs, undefined)));
    const found = await Promise.race([this.services(), tooLong]);
    clearTimeout(timer);
    return found ?? this.last;
  }

  /** One look at a time, and its result for a moment. */
  private services(): Promise<Wellness> {
    if (!this.found || this.found.until <= this.clock.monotonic()) {
      const found = { services: this.look(), until: Infinity };
      this.found = found;
      void found.services.then((wellness) => {
        this.last = wellness;
        found.until = this.clock.monotonic() + (isAllWell(wellness) ? countsMs.ready : countsMs.notReady);
      });
    }
    return this.found.services;
  }

  private async look(): Promise<Wellness> {
    const checks = services.map(async (service) => [service, await this.isWell(service)] as const);
    return Object.fromEntries(await Promise.all(checks));
  }

  private async isWell(service: Service): Promise<boolean> {
    try {
      const context = this.rpc.systemContext(undefined, checkTimeoutMs);
      const { database, broker } = await this.rpc.call(platformMethods(service).health, 'shared', {}, context);
      return database && broker;
    } catch {
      return false;
    }
  }
}

const isAllWell = (services: Wellness): boolean => Object.values(services).every(Boolean);
