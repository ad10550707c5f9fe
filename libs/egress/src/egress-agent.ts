import { rootCertificates } from 'node:tls';
import { Agent } from 'undici';

interface EgressOptions {
  /** Authorities in PEM, believed beside those that Node knows. */
  authorities?: string;
  /** At most, to one origin. */
  connections: number;
  /** How long a server may be silent, before it answers and while it does, milliseconds. */
  silenceMsMax: number;
}

/** Connections to servers that others chose. Whoever cannot prove its name by TLS is sent nothing. */
export const egressAgent = ({ authorities, connections, silenceMsMax }: EgressOptions): Agent =>
  new Agent({
    connections,
    headersTimeout: silenceMsMax,
    bodyTimeout: silenceMsMax,
    connect: {
      // Said, though it is what undici does: NODE_TLS_REJECT_UNAUTHORIZED=0 would change that.
      rejectUnauthorized: true,
      ...(authorities && { ca: [...rootCertificates, authorities] }),
    },
  });
