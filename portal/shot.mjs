import { open, settled } from './e2e/browser.mjs';
const site = await open();
for (const [theme, language] of [['light','en']]) {
  const page = await site.page({ theme, language, context: { viewport: { width: 1440, height: 900 } } });
  for (const [name, path] of [['today','/'],['reservations','/reservations'],['requests','/requests'],['settlement','/settlement/open'],['renewals','/renewals'],['customers','/customers'],['policies','/policies'],['settings','/settings'],['audit','/audit'],['allowance','/allowance']]) {
    await page.goto(site.url + path); await page.waitForTimeout(1500); try { await Promise.race([settled(page), page.waitForTimeout(8000)]); } catch {}
    await page.screenshot({ path: `/tmp/shots/${name}-${theme}.png` });
    console.log(name, page.url(), page.said.splice(0).join(' | ').slice(0,300));
  }
  await page.goto(site.url + '/reservations'); await page.waitForTimeout(2000);
  await page.keyboard.press('/'); await page.keyboard.press('Escape'); 
  const row = page.getByRole('row').nth(3); await row.dblclick().catch(()=>{}); await page.waitForTimeout(2500);
  await page.screenshot({ path: `/tmp/shots/record-${theme}.png` }); console.log('record', page.url(), page.said.join('|').slice(0,300));
}
await site.end();
