// The settings of `npm start`: from the environment, else from what an earlier start has kept in the data folder.
import { readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { CHECKOUT, ClearError } from './basics.mjs';

const HTTP = ['http:', 'https:'];
const PASSWORD_LEAST = 12;
const PASSWORD_MOST = 200;
const MASTER_KEY_LEAST = 32;

const isPassword = (/** @type {string} */ text) => text.length >= PASSWORD_LEAST && text.length <= PASSWORD_MOST;

/** @param {string} name a setting that is empty counts as not set */
const given = (name) => process.env[name]?.trim() || undefined;

/** @param {string} text as a shell takes it for one word */
const quoted = (text) => (/^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** As it works in a terminal in which nothing is set. @param {string} command @param {string[]} names */
function commandWith(command, names) {
  const settings = names.flatMap((name) => {
    const value = given(name);
    return value ? [`${name}=${quoted(value)}`] : [];
  });
  return [...settings, command].join(' ');
}

/**
 * What `npm run demo` needs to find the system that it plays against; where that is, it finds in the data folder.
 * @param {boolean} passwordHolds one that has been changed is of no use to it, and to be shown to nobody
 */
export const demoCommand = (passwordHolds) =>
  commandWith('npm run demo', ['SLIPWAY_DATA_DIR', ...(passwordHolds ? ['SLIPWAY_ADMIN_PASSWORD'] : [])]);

export const resetCommand = () => commandWith('npm run admin:reset', ['SLIPWAY_DATA_DIR']);

/** Every fault is told, not only the first. @type {string[]} */
const faults = [];

/** @template T @param {string} fault @param {T} otherwise */
function faulty(fault, otherwise) {
  faults.push(fault);
  return otherwise;
}

/** @param {string[]} found */
export function refuseFaults(found) {
  if (found.length > 0) throw new ClearError(found.join('\n'));
}

/** @param {string} name @param {number} otherwise */
function portSetting(name, otherwise) {
  const text = given(name) ?? String(otherwise);
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65535) return port;
  return faulty(`${name} must be a port from 1 to 65535, not "${text}".`, otherwise);
}

/** @param {string} name @param {boolean} otherwise */
function switchSetting(name, otherwise) {
  const text = given(name)?.toLowerCase();
  if (text === undefined) return otherwise;
  if (['1', 'true', 'yes', 'on'].includes(text)) return true;
  if (['0', 'false', 'no', 'off'].includes(text)) return false;
  return faulty(`${name} must be 1 or 0, not "${text}".`, otherwise);
}

/**
 * @template {string} Choice
 * @param {string} name
 * @param {readonly Choice[]} choices
 * @param {Choice} otherwise
 */
function choiceSetting(name, choices, otherwise) {
  const text = given(name)?.toLowerCase();
  const chosen = text === undefined ? otherwise : choices.find((choice) => choice === text);
  return chosen ?? faulty(`${name} must be ${choices.join(' or ')}, not "${text}".`, otherwise);
}

/** @param {string} name @param {string[]} protocols @param {string} [otherwise] */
function urlSetting(name, protocols, otherwise) {
  const text = given(name) ?? otherwise;
  if (text === undefined) return text;
  // The value is not repeated: a URL may hold a password.
  if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text;
  const beginnings = protocols.map((protocol) => `${protocol}//`).join(' or ');
  return faulty(`${name} must be a URL that begins with ${beginnings}.`, otherwise);
}

/** It may name several hosts, which no URL of the web can: all that is more is judged once there is a build (deploy/setup). */
function databaseSetting() {
  const text = given('DATABASE_URL');
  if (text === undefined || /^postgres(ql)?:\/\//.test(text)) return text;
  return faulty('DATABASE_URL must be a URL that begins with postgres:// or postgresql://.', undefined);
}

/** @param {string} name @param {number} least @param {number} [most] */
function lengthOf(name, least, most = Infinity) {
  const text = given(name);
  if (text === undefined || (text.length >= least && text.length <= most)) return;
  const bounds = most === Infinity ? `at least ${least}` : `${least} to ${most}`;
  faulty(`${name} must have ${bounds} characters.`, undefined);
}

/** What stands in the file that a setting names. @param {string} name */
function fileSetting(name) {
  const path = given(name);
  try {
    return path && readFileSync(path, 'utf8');
  } catch {
    return faulty(`${name} must be the path of a file that can be read, not "${path}".`, undefined);
  }
}

/**
 * A secret that is given, or else made once and kept.
 * @param {string} name
 * @param {string} file
 * @param {() => string} make
 */
function secretSetting(name, file, make) {
  const secret = given(name);
  if (secret) return { secret, isKept: false };
  try {
    return { secret: readFileSync(file, 'utf8').trim(), isKept: true };
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error;
  }
  const made = make();
  writeFileSync(file, `${made}\n`, { mode: 0o600, flag: 'wx' });
  return { secret: made, isKept: true };
}

/**
 * What can be known before there is a data folder, with everything that is wrong with it. A setting at fault has its
 * default meanwhile, so that the others can be looked at.
 */
export function readSettings() {
  faults.length = 0;
  lengthOf('SLIPWAY_ADMIN_PASSWORD', PASSWORD_LEAST, PASSWORD_MOST);
  lengthOf('SLIPWAY_MASTER_KEY', MASTER_KEY_LEAST);
  const gatewayPort = portSetting('SLIPWAY_GATEWAY_PORT', 8080);
  const adminPort = portSetting('SLIPWAY_ADMIN_PORT', 8081);
  if (gatewayPort === adminPort)
    faulty(`SLIPWAY_GATEWAY_PORT and SLIPWAY_ADMIN_PORT are both ${gatewayPort}; choose another for one.`, undefined);
  const demo = switchSetting('SLIPWAY_DEMO', true);
  const settings = {
    gatewayPort,
    adminPort,
    demo,
    publicUrl: /** @type {string} */ (
      urlSetting('SLIPWAY_PUBLIC_URL', HTTP, `http://localhost:${gatewayPort}`)
    ).replace(/\/+$/, ''),
    staffUrl: /** @type {string} */ (urlSetting('SLIPWAY_ADMIN_URL', HTTP, `http://localhost:${adminPort}`)).replace(
      /\/+$/,
      '',
    ),
    dataDir: resolve(given('SLIPWAY_DATA_DIR') ?? join(CHECKOUT, '.slipway')),
    adminEmail: given('SLIPWAY_ADMIN_EMAIL') ?? 'admin@slipway.example',
    /** Judged with all others; what is used is with the secrets. */
    givenAdminPassword: given('SLIPWAY_ADMIN_PASSWORD'),
    trustRegistration: switchSetting('SLIPWAY_TRUST_REGISTRATION', demo),
    staffSecondFactor: choiceSetting(
      'SLIPWAY_STAFF_SECOND_FACTOR',
      /** @type {const} */ (['required', 'optional']),
      demo ? 'optional' : 'required',
    ),
    databaseUrl: databaseSetting(),
    natsUrl: urlSetting('NATS_URL', ['nats:', 'tls:']),
    natsCa: fileSetting('SLIPWAY_NATS_CA'),
  };
  if (demo && settings.staffSecondFactor === 'required')
    faulty('SLIPWAY_STAFF_SECOND_FACTOR=required wants SLIPWAY_DEMO=0: demo data comes with staff who has none.', demo);
  return { settings, faults: [...faults] };
}

/**
 * The secrets, which a first start makes and keeps (mode 0600).
 * @param {string} dataDir
 */
export function readSecrets(dataDir) {
  const passwordFile = join(dataDir, 'admin-password');
  const password = secretSetting('SLIPWAY_ADMIN_PASSWORD', passwordFile, () => randomBytes(15).toString('base64url'));
  const master = secretSetting('SLIPWAY_MASTER_KEY', join(dataDir, 'master-key'), () =>
    randomBytes(32).toString('hex'),
  );
  refuseFaults([
    ...(isPassword(password.secret) ? [] : [`${passwordFile} must hold a password of 12 to 200 characters.`]),
    ...(master.secret.length < MASTER_KEY_LEAST
      ? ['The file master-key of the data folder is not the one that was made.']
      : []),
  ]);
  return {
    masterKey: master.secret,
    adminPassword: password.secret,
    adminPasswordFile: password.isKept ? passwordFile : undefined,
  };
}

/** For `npm run demo`, which finds the system by its data folder (examples/story/demo.mjs). @param {ReturnType<typeof readSettings>['settings']} settings */
export function writeAddresses({ dataDir, publicUrl, staffUrl, adminEmail }) {
  const addresses = { gatewayUrl: publicUrl, adminUrl: staffUrl, adminEmail };
  writeFileSync(join(dataDir, 'run', 'addresses.json'), `${JSON.stringify(addresses)}\n`, { mode: 0o600 });
}
