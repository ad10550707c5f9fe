/** An application ID and its secret as a client presents them. */
export interface ClientCredentials {
  applicationId: string;
  secret: string;
}

/** RFC 6749 2.3.1: both halves are form-urlencoded; RFC 7617 says nothing of it, and for our characters it is the same. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** `Authorization: Basic`; undefined when there is none or it is not well-formed. */
export function basicCredentials(authorization: string | undefined): ClientCredentials | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=_-]+)$/i.exec(authorization ?? '')?.[1];
  if (!encoded) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) return undefined;
  const applicationId = decoded(text.slice(0, colon));
  const secret = decoded(text.slice(colon + 1));
  return applicationId && secret !== undefined ? { applicationId, secret } : undefined;
}
