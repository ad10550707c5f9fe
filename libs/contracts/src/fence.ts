/**
 * The time fence D (docs/adr/0006), milliseconds. `tokens` uses a positive answer about a key only until D after it sent
 * the call, and looks at its clock again after signing; `identity` commits what ends a right to tokens, waits D and
 * only then answers. A constant, so that two services cannot disagree on it; wide enough for a round trip of 200 ms.
 */
export const fenceMs = 400;

/** That of copies of `identity` that do not say theirs: of the releases before it was part of the reply. */
export const fenceMsUnsaid = 150;
