import { generatePath } from 'react-router';
import pages from '../pages.json';

/** Every address at which the portal has a page: the router and the gateway that serves it read the same list. */
export { pages };
export type Page = keyof typeof pages;
export type Environment = 'sandbox' | 'production';

export const environments: readonly Environment[] = ['sandbox', 'production'];
export const otherEnvironment = (environment: Environment): Environment =>
  environment === 'sandbox' ? 'production' : 'sandbox';

export const addressOf = (page: Page, parameters: Record<string, string> = {}): string =>
  generatePath(pages[page] as string, parameters);
