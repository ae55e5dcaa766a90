// A list of a million rows in a real browser: the last row is reached by End, small steps after a jump move one to one, and the wheel keeps
// its frames. Times are said, not judged: the machine may be busy.
import { open, settled } from './browser.mjs';

const site = await open();
if (!site.desk) throw new Error('this runs over the examples; unset PRORATA_URL');
const { reservationWindow } = site.examples;
site.desk.answer('GET /api/reservations', (asked) => ({
  body: reservationWindow(Number(asked.query.get('offset') ?? 0), Number(asked.query.get('limit') ?? 100), 1_000_000),
}));
const page = await site.page();
const at = () => page.getByRole('grid').evaluate((grid) => grid.getAttribute('aria-activedescendant'));
const firstShown = () =>
  page.evaluate(() => {
    const grid = document.querySelector('[role=grid]');
    const top = grid.getBoundingClientRect().top + 36;
    return Math.min(
      ...[...grid.querySelectorAll('[data-index]')]
        .filter((row) => row.getBoundingClientRect().bottom > top + 1)
        .map((row) => Number(row.dataset.index)),
    );
  });
const expect = (what, found, wanted) => {
  if (found !== wanted) throw new Error(`${what}: ${found}, not ${wanted}`);
};

try {
  await page.goto(`${site.url}/reservations`);
  await settled(page);
  const grid = page.getByRole('grid');
  await grid.focus();
  await page.keyboard.press('End');
  await page.locator('#row-999999 b').waitFor();
  expect('End names', await at(), 'row-999999');
  await page.keyboard.press('Home');
  await page.locator('#row-0 b').waitFor();
  // Half way by the bar, then two notches of the wheel: 200 pixels are 200 pixels.
  await grid.evaluate((element) => {
    element.scrollTop = element.scrollHeight / 2;
  });
  await page.waitForTimeout(300);
  const before = await firstShown();
  if (Math.abs(before - 500_000) > 100) throw new Error(`half way is row ${before}`);
  await grid.evaluate((element) => {
    element.scrollTop += 440;
  });
  await page.waitForTimeout(300);
  expect('ten rows further', await firstShown(), before + 10);
  const frames = await page.evaluate(async () => {
    const element = document.querySelector('[role=grid]');
    const times = [];
    let last = performance.now();
    for (let i = 0; i < 120; i += 1) {
      element.scrollTop += 120;
      await new Promise(requestAnimationFrame);
      times.push(performance.now() - last);
      last = performance.now();
    }
    return times.sort((a, b) => a - b);
  });
  console.log(`million: last row by End; ten rows are ten rows; frames p50 ${frames[60].toFixed(1)} ms, p95 ${frames[114].toFixed(1)} ms`);
} catch (error) {
  console.error(`million: ${error}`);
  process.exitCode = 1;
} finally {
  await site.end();
}
