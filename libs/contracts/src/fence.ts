/**
 * The time fence D (docs/adr/0006). `tokens` uses a positive answer about a key only until D after it sent the
 * call, and looks at its clock again after signing; `identity` commits what ends a right to tokens, waits D and
 * only then answers. A constant, so that two services cannot disagree on it.
 */
export const fenceMs = 150;
