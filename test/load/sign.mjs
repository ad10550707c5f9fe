// `npm run bench:sign [-- --rounds 15 --tokens 10000]`: what one session token costs to sign, by the ways there are.
// Measures CPU time of the whole process, so that work on other threads counts.
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import { compactVerify, SignJWT } from 'jose';
import { v4, v7 } from 'uuid';
import { machine, markdownTable, summaryOf, summaryOfPairs, withRange } from './figures.mjs';
import { alternate, numbersFromArguments } from './rounds.mjs';

/** @typedef {Record<string, string | number>} Claims */
/** @typedef {{ name: string, sign: (claims: Claims) => string | Promise<string> }} Signer */

const { rounds, tokens } = numbersFromArguments({ rounds: 15, tokens: 10_000 }).numbers;
/** As many as a batch of calls brings at once. */
const together = 64;

const kid = `sandbox-${v7()}`;
const header = { alg: 'ES256', typ: 'at+jwt', kid };
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const signers = [nodeCrypto(), nestJwt(), jose()];
await checkThatAllSignAlike();
const runs = await alternate(signers, rounds, microsecondsPerToken);
print(runs);

/** The least there is to do: the header encoded once, one call of `sign`. @returns {Signer} */
function nodeCrypto() {
  const base64url = (/** @type {object} */ value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const encodedHeader = base64url(header);
  return {
    name: 'node:crypto `sign`, header encoded once',
    sign: (claims) => {
      const input = `${encodedHeader}.${base64url(claims)}`;
      const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return `${input}.${signature.toString('base64url')}`;
    },
  };
}

/** As apps/tokens does: a service for each key, with all that never changes in its options. @returns {Signer} */
function nestJwt() {
  const service = new JwtService({ privateKey, signOptions: { algorithm: 'ES256', header } });
  return { name: '`JwtService.sign` of @nestjs/jwt', sign: (claims) => service.sign(claims) };
}

/** Always asynchronous, so it could not sign in the step that makes the `jti`. @returns {Signer} */
function jose() {
  return {
    name: '`SignJWT` of jose (asynchronous)',
    sign: (claims) => new SignJWT(claims).setProtectedHeader(header).sign(privateKey),
  };
}

/** @returns {Claims} what apps/tokens puts into a session token */
function freshClaims() {
  const issuer = 'https://api.provider.example/sandbox';
  const iat = Math.floor(Date.now() / 1000);
  const applicationId = v4();
  return {
    ...{ iss: issuer, aud: `${issuer}/api`, sub: applicationId, client_id: applicationId },
    ...{ iat, exp: iat + 7200, jti: v7() },
    ...{ partner_id: v7(), account_id: v7(), subscription_id: v7(), product_id: v7() },
  };
}

/**
 * Alike for all, as some sign at once and some promise to.
 * @param {Signer} signer
 * @param {Claims[]} batch
 */
function signBatch(signer, batch) {
  return Promise.all(batch.map(async (claims) => signer.sign(claims)));
}

/** Else the figures would compare different work. */
async function checkThatAllSignAlike() {
  const claims = freshClaims();
  const made = (await Promise.all(signers.map((signer) => signBatch(signer, [claims])))).flat();
  const inputs = made.map((token) => token.slice(0, token.lastIndexOf('.')));
  if (new Set(inputs).size > 1) throw new Error(`The signers differ in what they sign:\n${inputs.join('\n')}`);
  for (const token of made) await compactVerify(token, createPublicKey(privateKey));
}

/** @param {Signer} signer @param {number} round */
async function microsecondsPerToken(signer, round) {
  const batches = Array.from({ length: Math.ceil(tokens / together) }, () =>
    Array.from({ length: together }, freshClaims),
  );
  const before = process.cpuUsage();
  for (const batch of batches) await signBatch(signer, batch);
  const { user, system } = process.cpuUsage(before);
  const microseconds = (user + system) / (batches.length * together);
  console.error(`round ${round}: ${signer.name}: ${microseconds.toFixed(1)} µs`);
  return microseconds;
}

/** @param {number[][]} measured */
function print(measured) {
  const [today = []] = measured;
  const rows = signers.map(({ name }, index) => {
    const ours = measured[index] ?? [];
    const more = summaryOfPairs(ours, today, (mine, base) => mine - base);
    return [name, withRange(summaryOf(ours), 1), index === 0 ? '' : withRange(more, 1)];
  });
  console.log(`\n${rounds} alternating rounds of ${tokens} tokens each; ${machine}.`);
  console.log('Medians, with the smallest and the largest; what is more is taken pair by pair.\n');
  console.log(markdownTable(['', 'CPU µs per token', 'more than the first'], rows));
}
