// What every journey uses: people with a browser each, watched all along. A console error, an error of a script, a
// refusal of the content security policy or a finding of axe on any page fails the test.

import { AxeBuilder } from '@axe-core/playwright';
import { type BrowserContextOptions, type Locator, type Page, expect, test as base } from '@playwright/test';

import { type Server, connected, start } from './server.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

type Running = Pick<Server, 'url' | 'command' | 'printed'>;

/** A person at a browser. Each way of getting to a page ends with the inspection of that page. */
export class Person {
  /** Addresses of documents answered with a 4xx: the browser writes those in its console, and tests expect them. */
  private readonly refusals = new Set<string>();
  private readonly complaints = new Map<string, string>();

  constructor(readonly page: Page, private readonly axe: boolean) {
    page.on('response', (response) => {
      const document = response.request().isNavigationRequest() && response.status() >= 400 && response.status() < 500;
      if (document) this.refusals.add(response.url());
    });
    page.on('pageerror', (error) => this.complain(error.message));
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      const expected = message.text().startsWith('Failed to load resource') && this.refusals.has(message.location().url);
      if (!expected) this.complain(message.text());
    });
  }

  async goto(address: string): Promise<number> {
    const response = await this.page.goto(address);
    await this.inspect();
    return response?.status() ?? 0;
  }

  /** Presses a button which leads to a page; returns that page's status. */
  async press(name: string | RegExp, where: Page | Locator = this.page): Promise<number> {
    return this.leadingAway(where.getByRole('button', { name, exact: typeof name === 'string' }));
  }

  async follow(name: string | RegExp, where: Page | Locator = this.page): Promise<number> {
    return this.leadingAway(where.getByRole('link', { name, exact: typeof name === 'string' }));
  }

  async leadingAway(control: Locator): Promise<number> {
    const arrived = this.page.waitForResponse((response) => response.request().isNavigationRequest() && !(response.status() >= 300 && response.status() < 400));
    // Until the new page is there, the old one would be inspected.
    const there = this.page.waitForEvent('framenavigated', (frame) => frame === this.page.mainFrame());
    await control.click();
    const [response] = await Promise.all([arrived, there]);
    await this.page.waitForLoadState('load');
    await this.inspect();
    return response.status();
  }

  async heading(text: string | RegExp): Promise<void> {
    await expect(this.page.getByRole('heading', { level: 1, name: text })).toBeVisible();
  }

  async inspect(): Promise<void> {
    const { page } = this;
    if (!this.axe) return;
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).options({ resultTypes: ['violations'] }).setLegacyMode().analyze();
    for (const { id, help, nodes } of violations) {
      for (const { html } of nodes) this.complain(`axe ${id}: ${help}: ${html.slice(0, 300)}`);
    }
  }

  /** The same complaint on several pages is told once. */
  private complain(what: string): void {
    if (!this.complaints.has(what)) this.complaints.set(what, this.page.url());
  }

  nothingWrong(): void {
    const told = [...this.complaints].map(([what, where]) => `${where}: ${what}`);
    expect.soft(told, 'what the browser or axe complain of').toEqual([]);
  }
}

/** `axe: false` where other tests inspect the same pages; it does not run without scripts. */
type Browsing = BrowserContextOptions & { axe?: boolean };

type Fixtures = {
  /** A browser of one's own: other cookies than everybody else's. */
  someone: (options?: Browsing) => Promise<Person>;
  /** Somebody who is not signed in. */
  visitor: Person;
};

type Shared = {
  /** Settings for a server of one's own; without them, the server of all journeys. */
  settings: Record<string, string> | undefined;
  server: Running;
};

export const test = base.extend<Fixtures, Shared>({
  settings: [undefined, { option: true, scope: 'worker' }],
  server: [
    async ({ settings }, use) => {
      if (settings !== undefined) {
        const own = await start(settings);
        await use(own);
        await own.stop();
        return;
      }
      const shared = process.env.END2END_SERVER;
      if (shared === undefined) throw new Error('the server was not started');
      await use(connected(JSON.parse(shared)));
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  someone: async ({ browser, baseURL }, use) => {
    const people: Person[] = [];
    await use(async ({ axe = true, ...options } = {}) => {
      const context = await browser.newContext({ baseURL, ...options });
      const person = new Person(await context.newPage(), axe && options.javaScriptEnabled !== false);
      people.push(person);
      return person;
    });
    for (const person of people) {
      person.nothingWrong();
      await person.page.context().close();
    }
  },
  visitor: async ({ someone }, use) => use(await someone()),
});

export { expect };
