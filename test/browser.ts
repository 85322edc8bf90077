import axe from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

let launched: Browser | undefined;

/** One browser for all tests of a file. */
export function useBrowser(): void {
  beforeAll(async () => {
    // So that it unpacks the system's libraries that it needs, too, as a new machine may have none of them.
    process.env['AWS_EXECUTION_ENV'] = 'AWS_Lambda_nodejs20.x';
    process.env['AWS_LAMBDA_JS_RUNTIME'] = 'nodejs20.x';
    const [{ default: packed }, { chromium }] = await Promise.all([
      import('@sparticuz/chromium'),
      import('playwright-core'),
    ]);
    // Its own arguments switch off what keeps origins apart.
    const args = ['--no-sandbox', '--no-zygote', '--font-render-hinting=none'];
    launched = await chromium.launch({ executablePath: await packed.executablePath(), args });
  });
  afterAll(() => launched?.close());
}

/** What a page has asked for and said. */
export interface Opened {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of its scripts, and what its policy has refused. */
  readonly errors: string[];
  /** Addresses of all requests. */
  readonly requests: string[];
}

/** A file in a browser of its own that has no network, until the test has ended. @param hash with `#`. */
export async function openFile(
  file: string,
  options: BrowserContextOptions = {},
  hash = '',
): Promise<Opened> {
  const opened = await openAddress(`file://${file}${hash}`, { offline: true, ...options });
  if (options.javaScriptEnabled !== false) await opened.page.locator('#verdict').waitFor();
  return opened;
}

/** A page in a browser of its own, until the test has ended. */
export async function openAddress(address: string, options: BrowserContextOptions = {}): Promise<Opened> {
  if (launched === undefined) throw new Error('useBrowser comes first');
  const context = await launched.newContext({ locale: 'en-US', ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const errors: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => void errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('request', (request) => void requests.push(request.url()));
  await page.goto(address);
  return { page, context, errors, requests };
}

interface Found {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** What people with a screen reader, or bad eyes, cannot use. @param rules all by default. */
export async function barriersIn(page: Page, rules?: readonly string[]): Promise<unknown[]> {
  // Half a megabyte: once for each page.
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe.source);
  // What it would load besides is for one rule, about turned phones.
  const options = {
    resultTypes: ['violations'],
    preload: false,
    ...(rules === undefined ? {} : { runOnly: rules }),
  };
  const { violations } = await page.evaluate<Found>(`axe.run(${JSON.stringify(options)})`);
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}
