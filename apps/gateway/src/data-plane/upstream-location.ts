import { isInnerAddress } from '#libs/egress';

export interface Places {
  /** The address at the provider that was called. */
  called: string;
  /** The product's endpoint, and what partners reach it by. */
  endpoint: string;
  outside: string;
}

type Header = string | string[] | undefined;

/**
 * An address that the provider names, as the caller may use it: below the endpoint it is the gateway's; elsewhere at the
 * provider's host, or at an address that means nothing outside, it is not for the caller; that of another site is left
 * as it is.
 */
export function outsideAddress(header: Header, { called, endpoint, outside }: Places): string | undefined {
  if (typeof header !== 'string' || !URL.canParse(header, called)) return undefined;
  const address = new URL(header, called);
  const base = new URL(endpoint);
  const root = base.pathname.replace(/\/+$/, '');
  if (address.origin === base.origin && `${address.pathname}/`.startsWith(`${root}/`)) {
    return `${outside}${address.pathname.slice(root.length)}${address.search}${address.hash}`;
  }
  const isWeb = address.protocol === 'http:' || address.protocol === 'https:';
  return !isWeb || address.hostname === base.hostname || isInnerAddress(address) ? undefined : header;
}

/** RFC 8288. Where one of the links is not for the caller, none is. */
export function outsideLinks(header: Header, places: Places): string | undefined {
  if (header === undefined) return undefined;
  let areAllForTheCaller = true;
  const links = [header]
    .flat()
    .join(', ')
    .replace(/<([^>]*)>/g, (_link, target: string) => {
      const address = outsideAddress(target, places);
      areAllForTheCaller &&= address !== undefined;
      return `<${address ?? ''}>`;
    });
  return areAllForTheCaller ? links : undefined;
}
