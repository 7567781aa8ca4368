// Starts Chromium with a page that fails the test on console errors, CSP violations and missing resources.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import { recordPage } from './recordText.mjs';
import { opened } from './pages.mjs';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

/** Where Chromium is. */
export const chromiumPath = () => process.env.HONGYAN_CHROMIUM ?? places.find((place) => existsSync(place));

/**
 * Resource types that a page is made of: if one fails to load, the page is broken. A refused command is an
 * answer.
 */
const parts = new Set(['document', 'script', 'stylesheet', 'image', 'font']);

/**
 * Whether a message is Chromium's own line about a response with an error status, as of a refused command.
 */
const refused = (message) =>
  message.text().startsWith('Failed to load resource') && /\/rpc\/|\/events/.test(message.location().url);

/**
 * Opens the bridge's page. At the end of the test it fails on console errors and warnings (Vue reports there
 * what it catches), uncaught errors and rejections, CSP violations, and resources that did not load.
 */
export async function openPage(
  t,
  address,
  { locale = 'zh-CN', width = 1280, height = 800, dark = false } = {},
) {
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    // Chromium's own sandbox does not work for root or in containers without user namespaces
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
  await recordPage(context);
  const page = await context.newPage();
  // a test that provokes an error takes it from here
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

/** Asserts that axe finds nothing serious or critical on the current screen. */
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
