// What somebody sees who has started Slipway: where it is, how to get in, and what to do first.
import { demoCommand, resetCommand } from './settings.mjs';

/** @typedef {import('./run.mjs').Settings} Settings */
/** @typedef {import('./operator.mjs').Login & { title: string, holds: boolean }} ShownLogin */

/**
 * @param {Settings} settings
 * @param {{ admin: ShownLogin, others: ShownLogin[], demoProblem?: string }} found
 */
export function screen(settings, { admin, others, demoProblem }) {
  const { publicUrl, staffUrl, dataDir, demo } = settings;
  return [
    '',
    'Slipway is running.',
    '',
    `  Partners   ${publicUrl}`,
    `             the portal; the API is described at ${publicUrl}/docs`,
    `  Staff      ${staffUrl}`,
    `             ${adminLine(settings, admin)}`,
    ...(others.length ? ['', ...others.map((login) => `  ${login.title}   ${login.name}   ${shown(login)}`)] : []),
    ...(demoProblem ? ['', `  Demo data  not made: ${demoProblem}`] : []),
    '',
    ...(demo ? tryNext(admin) : doFirst(settings)),
    '',
    '  A new password for the administrator, whenever it is needed, in another terminal:',
    `             ${resetCommand()}`,
    '',
    `  Data and logs are in ${dataDir}. Ctrl-C stops everything.`,
    '',
  ].join('\n');
}

const changed = '(the password has been changed)';

/** @param {ShownLogin} login */
const shown = ({ password, holds }) => (holds ? password : changed);

/** Without demo data it is a system to keep: its password is not put on a screen. @param {Settings} settings @param {ShownLogin} admin */
function adminLine({ demo, adminPasswordFile }, admin) {
  if (demo || !admin.holds) return `${admin.name}   ${shown(admin)}`;
  const place = adminPasswordFile ? `in ${adminPasswordFile}` : 'SLIPWAY_ADMIN_PASSWORD';
  return `${admin.name}   the password is ${place}`;
}

/** @param {ShownLogin} admin */
const tryNext = (admin) => [
  '  Try next, in another terminal: the whole story, with every call.',
  `             ${demoCommand(admin.holds)}`,
];

/** @param {Settings} settings */
function doFirst({ publicUrl, staffUrl, staffSecondFactor, trustRegistration }) {
  const steps = [
    `Sign in as staff: POST ${staffUrl}/v1/sessions {"email", "password"}`,
    ...(staffSecondFactor === 'required'
      ? ['Enrol your second factor: PUT /v1/me/second-factor, then POST /v1/me/second-factor/confirmation']
      : []),
    'Choose a password of your own: PUT /v1/me/password; add colleagues: POST /v1/staff',
    'Make a product and a plan: POST /v1/products, POST /v1/products/{id}/plans',
    `Partners register: POST ${publicUrl}/v1/partners`,
    ...(trustRegistration ? [] : ['Confirm what they say of themselves: PATCH /v1/partners/{id} {"verified": true}']),
  ];
  return [
    '  What to do first:',
    ...steps.map((step, index) => `    ${index + 1}. ${step}`),
    `  Each call is described at ${staffUrl}/docs and ${publicUrl}/docs.`,
  ];
}
