// Users of the broker whose passwords have been stolen, and all that each may publish to.
import { connect } from '@nats-io/transport-node';
import * as contracts from '#libs/contracts';
import { brokerPassword, deriveServiceKey } from '#libs/crypto';

/** @typedef {import('@nats-io/transport-node').NatsConnection} NatsConnection */
/** @typedef {{ subject: string, reply?: string }} Address where a reply to it would be read, if there is one */
/** @typedef {{ connection: NatsConnection, addresses: Address[] }} BrokerUser */

const { allBroadcasts, allRpcMethods, apps, broadcastSubject, replyPrefix, replyPrefixOf, rpcSubject, scopes } =
  contracts;

/** What an app may call, and what it may broadcast. What it may publish as an event: test/faults/poison.spec.ts. */
const users = apps.flatMap((app) =>
  scopes.map((scope) => ({
    ...{ app, scope },
    /** @type {Address[]} */
    addresses: [
      ...allRpcMethods
        .filter((method) => method.calledBy.includes(app) && method.scopes.includes(scope))
        .map((method) => ({
          subject: rpcSubject(method, scope),
          reply: `${replyPrefixOf(method.service, app, scope)}.stolen`,
        })),
      ...allBroadcasts
        .filter((broadcast) => broadcast.app === app && broadcast.scopes.includes(scope))
        .map((broadcast) => ({ subject: broadcastSubject(broadcast, scope) })),
    ],
  })),
);

/** @param {string} natsUrl @param {string} masterKey @returns {Promise<BrokerUser[]>} */
export const logInAll = (natsUrl, masterKey) =>
  Promise.all(
    users
      .filter(({ addresses }) => addresses.length > 0)
      .map(async ({ app, scope, addresses }) => {
        const connection = await connect({
          servers: new URL(natsUrl).host,
          reconnect: false,
          user: `${app}_${scope}`,
          pass: brokerPassword(deriveServiceKey(masterKey, app), scope),
          inboxPrefix: replyPrefix(app, scope),
        });
        return { connection, addresses };
      }),
  );
