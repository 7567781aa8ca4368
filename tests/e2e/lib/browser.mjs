// Chromium with a page that fails the test when something is wrong behind its face.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import { listen } from './heard.mjs';
import { opened } from './pages.mjs';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

/** What a page is made of; a command that is refused is an answer, a part that is missing is none. */
const parts = new Set(['document', 'script', 'stylesheet', 'image', 'font']);

/** Chromium's own line about an answer with an error code: so a command says that it was refused. */
const refused = (message) =>
  message.text().startsWith('Failed to load resource') && /\/rpc\/|\/events/.test(message.location().url);

/**
 * Opens the bridge's page. When the test ends, what went wrong behind its face fails it: errors and warnings of
 * the console (Vue says there what it catches), errors and rejections that nobody caught, violations of the CSP,
 * parts of the page that did not load.
 */
export async function openPage(
  t,
  address,
  { locale = 'zh-CN', width = 1280, height = 800, dark = false } = {},
) {
  const browser = await chromium.launch({
    executablePath: process.env.HONGYAN_CHROMIUM ?? places.find((place) => existsSync(place)),
    // a container without user namespaces, or root, cannot have Chromium's own sandbox
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  const context = await browser.newContext({
    locale,
    timezoneId: 'Asia/Shanghai',
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(20_000);
  const wrong = [];
  await context.exposeBinding('hongyanViolation', (_, what) => wrong.push(`CSP: ${what}`));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      window.hongyanViolation(
        `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
      );
    });
  });
  context.on('weberror', (error) => {
    const { stack, message } = error.error();
    wrong.push(`error in the page: ${stack ?? message ?? error.error()}`);
  });
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !refused(message))
      wrong.push(`console.${message.type()}: ${message.text()} ${message.location().url}`);
  });
  context.on('requestfailed', (request) => {
    if (parts.has(request.resourceType()))
      wrong.push(`not loaded: ${request.url()} ${request.failure()?.errorText}`);
  });
  await listen(context);
  const page = await context.newPage();
  // a test that does something wrong by intent takes it from here
  page.wrong = wrong;
  opened(address, () => browser.close());
  t.after(async () => {
    await browser.close();
    assert.deepEqual(wrong, [], 'something was wrong behind the face of the page');
  });
  await page.goto(address);
  await page.getByRole('main').waitFor();
  return page;
}

/** No serious or critical finding of axe on what is shown now. */
export async function assertAccessible(page, screen) {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  const grave = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary ?? ''}`).join('; ')}`,
    );
  assert.deepEqual(grave, [], `axe on ${screen}`);
}
