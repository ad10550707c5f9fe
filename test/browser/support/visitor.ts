import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { source as axeSource, type AxeResults } from 'axe-core';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { checkout } from '../../support/checkout';

const wide = { width: 1280, height: 900 };
/** WCAG 1.4.10: nothing is to be scrolled sideways for. */
const narrow = { width: 320, height: 800 };
const patienceMs = 10_000;

/** What runs in the page is text: the DOM is nothing that the compiler knows of beside Node. */
const showViolations = `document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
  console.error('CSP ' + violatedDirective + ': ' + blockedURI));`;

/** Pictures of whatever is looked over, for people: where they are wanted. */
const pictures = process.env['SLIPWAY_SCREENSHOTS'] ? join(checkout, '.results', 'screenshots') : undefined;

/**
 * Somebody at a browser of their own. What the browser has to complain of (an error on the console, one that nobody caught,
 * something that the content security policy held back) is kept, and `leave` fails by it.
 */
export class Visitor {
  private readonly complaints: string[] = [];
  private readonly expected: RegExp[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly origin: string,
  ) {}

  static async arrive(browser: Browser, origin: string): Promise<Visitor> {
    const context = await browser.newContext({ viewport: wide, reducedMotion: 'reduce', locale: 'en-GB' });
    context.setDefaultTimeout(patienceMs);
    // No script of the page, so no policy holds for it.
    await context.addInitScript({ content: showViolations });
    const visitor = new Visitor(context, await context.newPage(), origin);
    visitor.watch(visitor.page);
    return visitor;
  }

  /** Another tab of the same browser. */
  async newTab(): Promise<Visitor> {
    const visitor = new Visitor(this.context, await this.context.newPage(), this.origin);
    visitor.watch(visitor.page);
    return visitor;
  }

  private watch(page: Page): void {
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`${message.text()} ${message.location().url}`);
    });
  }

  /** A refusal is on its way that belongs to the test; the browser has a line of its own for it. */
  expectRefusal(status: number): void {
    this.expected.push(new RegExp(`^Failed to load resource: the server responded with a status of ${status} `));
  }

  /** The same of a call that reaches nobody. */
  expectFailedLoad(): void {
    this.expected.push(/^Failed to load resource: net::ERR_/);
  }

  async open(address: string): Promise<void> {
    await this.page.goto(this.origin + address);
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole('heading', { level: 1, name });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' });
  }

  link(name: string | RegExp): Locator {
    return this.page.getByRole('link', { name, exact: typeof name === 'string' });
  }

  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  async seesHeading(name: string | RegExp): Promise<void> {
    await this.heading(name).waitFor();
  }

  async fill(fields: Record<string, string>): Promise<void> {
    for (const [label, value] of Object.entries(fields)) await this.page.getByLabel(label, { exact: true }).fill(value);
  }

  async press(name: string): Promise<void> {
    await this.button(name).click();
  }

  async signIn({ username, domain, password }: { username: string; domain: string; password: string }): Promise<void> {
    await this.fill({ 'User name with domain': `${username}@${domain}`, Password: password });
    await this.press('Sign in');
    await this.page.waitForURL(({ pathname }) => /^\/(sandbox|production)\/(?!sign-in)/.test(pathname));
  }

  /**
   * What every screen is held to, as it is now: no fault that axe finds, light and dark; nothing to scroll sideways for where
   * there are 320 pixels.
   */
  async lookOver(name: string): Promise<void> {
    for (const size of [wide, narrow]) {
      await this.page.setViewportSize(size);
      const needed = await this.page.evaluate<number>('document.documentElement.scrollWidth');
      expect({ name, fits: needed <= size.width, needed }).toMatchObject({ name, fits: true });
      for (const colorScheme of ['light', 'dark'] as const) await this.look(name, colorScheme, size.width);
    }
    await this.page.emulateMedia({ colorScheme: 'light' });
    await this.page.setViewportSize(wide);
  }

  private async look(name: string, colorScheme: 'light' | 'dark', width: number): Promise<void> {
    await this.page.emulateMedia({ colorScheme });
    await this.page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor({ state: 'attached' });
    if (pictures) {
      mkdirSync(pictures, { recursive: true });
      await this.page.screenshot({ path: join(pictures, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
    // Colours are the same however narrow it is.
    if (width === narrow.width && colorScheme === 'dark') return;
    const found = await this.axe();
    expect({ name, colorScheme, width, found }).toEqual({ name, colorScheme, width, found: [] });
  }

  private async axe(): Promise<string[]> {
    if (await this.page.evaluate("typeof axe === 'undefined'")) await this.page.evaluate(axeSource);
    const { violations } = await this.page.evaluate<AxeResults>("axe.run({ resultTypes: ['violations'] })");
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  }

  /** @throws if the browser had anything to complain of */
  async leave(): Promise<void> {
    const complaints = this.complaints.filter((text) => !this.expected.some((refusal) => refusal.test(text)));
    await this.page.close();
    expect(complaints).toEqual([]);
  }
}
