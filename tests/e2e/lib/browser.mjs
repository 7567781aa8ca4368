// Chromium with a page that fails the test when something is wrong behind its face.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

/** Opens the bridge's page. When the test ends, CSP violations and errors in the page fail it. */
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
  const page = await context.newPage();
  page.on('pageerror', (error) => wrong.push(`error in the page: ${error.stack ?? error}`));
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
