// A walk through every page of server/access.txt: checks what each of them must have, and which ones no test has visited.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import type { Page } from '@playwright/test';

import { type Person, expect } from './test.ts';

/** Routes that answer with no page to look at, with the reason. */
const NO_PAGE: [RegExp, string][] = [
  [/^\/(assets|pkg|theme)\/|^\/favicon/, 'files'],
  [/^\/(healthz|readyz)$/, 'probes'],
  [/well-known|\/jwks$|\/userinfo$|^\/api-particulier\//, 'machines'],
  [/\/documents\/\{document\}$|\/attestation$|\/fichier$|\/liste\.csv$|\/bordereau\.csv$|\/donnees\/copie$/, 'downloads'],
  [/\/eliminations\/\{elimination\}$/, 'a list holds files that ended five years ago: no journey lasts as long'],
  [/\/oidc-callback$|\/verify$|\/fournisseur-identite-simule\/session\/end$/, 'redirections'],
  [/^\/franceconnect\/production\//, 'the same pages as in the sandbox'],
  [/\/securite\/confirmation$/, 'asked when a factor was shown long ago: no journey waits for it'],
];

const ROUTES = readFileSync(resolve(import.meta.dirname, '../../server/access.txt'), 'utf8')
  .split('\n')
  .map((line) => line.match(/^GET +(\S+)/)?.[1])
  .filter((path) => path !== undefined);

/** The route of a path, as the router chooses it: literal segments before parameters. */
function routeOf(path: string): string | undefined {
  const parts = path.split('/');
  const takes = (route: string) => {
    const pattern = route.split('/');
    return pattern.length === parts.length && pattern.every((part, index) => part === parts[index] || (part.startsWith('{') && parts[index] !== ''));
  };
  const found = ROUTES.filter(takes);
  return found.find((route) => !route.includes('{')) ?? found.sort((a, b) => a.split('{').length - b.split('{').length)[0];
}

export class Walk {
  private readonly seen = new Set<string>();

  /**
   * `pictures` is where to keep what every page looks like, at the width of a telephone and of a laptop; `except` the
   * routes that only a browser with scripts gets to.
   */
  constructor(private readonly pictures?: string, private readonly except: RegExp[] = []) {}

  /** Every page this person gets counts as seen, whatever its status. */
  follow(person: Person): Person {
    person.page.on('response', (response) => {
      const request = response.request();
      if (!request.isNavigationRequest() || request.method() !== 'GET') return;
      if (response.headers()['content-type']?.startsWith('text/html') !== true) return;
      const route = routeOf(new URL(response.url()).pathname);
      // An error page says nothing of the page that was wanted, unless it has words of its own.
      if (route !== undefined && (response.status() < 400 || response.status() === 410 || response.status() === 400)) this.seen.add(route);
    });
    return person;
  }

  /** Looks at the page this person is on. */
  async look(person: Person, name: string): Promise<void> {
    const { page } = person;
    await expect.soft(page.getByRole('heading', { level: 1 }), `${name}: one title`).toHaveCount(1);
    const lost = await page.locator('form').evaluateAll((forms) => forms.filter((form) => !form.querySelector('button[type=submit]')).map((form) => form.outerHTML.slice(0, 200)));
    expect.soft(lost, `${name}: forms without a button`).toEqual([]);
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      expect.soft(await overflow(page), `${name} scrolls sideways at ${width} px`).toEqual([]);
      if (this.pictures !== undefined) await page.screenshot({ path: `${this.pictures}/${name}-${width}.png`, fullPage: true });
    }
  }

  unseen(): string[] {
    return ROUTES.filter((route) => !this.seen.has(route) && ![...NO_PAGE.map(([pattern]) => pattern), ...this.except].some((pattern) => pattern.test(route)));
  }
}

/** What is wider than the window. */
async function overflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > clientWidth + 1);
    return wide.slice(0, 5).map((one) => `${one.tagName}.${one.className}: ${one.textContent?.trim().slice(0, 60)}`);
  });
}
