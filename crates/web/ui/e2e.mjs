// The terminal in a browser, against a broker that is open: node e2e.mjs STATE/demo.json SCREENS CHROMIUM PID, whose process is held up to lose the connection
import { readFileSync, mkdirSync } from 'node:fs';
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const [demoAt, screens, executablePath, broker] = process.argv.slice(2);
const demo = JSON.parse(readFileSync(demoAt, 'utf8'));
const person = demo.users.find((it) => it.id === 'DEMO1');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
mkdirSync(screens, { recursive: true });

function totp(secret) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = '';
  for (const c of secret.replace(/=+$/, '')) bits += letters.indexOf(c).toString(2).padStart(5, '0');
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const count = Buffer.alloc(8);
  count.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
  const sum = createHmac('sha1', key).update(count).digest();
  const at = sum[19] & 15;
  return String((sum.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, '0');
}

function must(so, what) { if (!so) throw new Error(what); }

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, bypassCSP: false });
const page = await context.newPage();
const cries = [];
page.on('pageerror', (e) => cries.push(`error: ${e}`));
page.on('console', (m) => { if (m.type() === 'error' && !/Failed to load resource|ERR_/.test(m.text())) cries.push(m.text()); });

let shots = 0;
async function shot(name, checked = true) {
  await page.screenshot({ path: `${screens}/${String(++shots).padStart(2, '0')}-${name}.png` });
  if (!checked) return;
  // By the debugger's own way in: the page's policy lets no foreign script run.
  const cdp = await context.newCDPSession(page);
  await cdp.send('Runtime.evaluate', { expression: axe });
  const ran = await cdp.send('Runtime.evaluate', { expression: 'axe.run().then((it) => JSON.stringify(it.violations.map((v) => [v.impact, v.id, v.nodes.map((n) => n.html.slice(0, 120))])))', awaitPromise: true, returnByValue: true });
  await cdp.detach();
  must(ran.result.type === 'string', `axe did not run: ${JSON.stringify(ran)}`);
  const bad = JSON.parse(ran.result.value).filter(([impact]) => impact === 'serious' || impact === 'critical');
  must(bad.length === 0, `${name}: axe finds ${JSON.stringify(bad)}`);
  console.log(`ok ${name}`);
}

await page.goto(demo.web_root);
await page.getByRole('heading', { name: 'Sauda' }).waitFor();
await shot('sign-in');
const fill = async (password) => {
  await page.getByLabel('User id').fill(person.id);
  await page.getByLabel('Password').fill(password);
  await page.getByLabel('Six figures').fill(totp(person.totp_secret));
  await page.getByRole('button', { name: 'Sign in' }).click();
};
await fill('not this one');
await page.getByText('user, password or code is not right').waitFor();
await fill(person.password);
await page.getByRole('table', { name: /Quotes of/ }).waitFor();
await page.locator('.watch tbody tr').nth(3).waitFor();
await page.locator('.depth').waitFor();
await page.waitForTimeout(1500);
await shot('desk');

// A refusal is shown before anything is sent.
await page.keyboard.press('b');
await page.getByRole('dialog').waitFor();
await page.getByLabel('Quantity').fill('9000000');
await page.locator('[data-refusal]').waitFor();
must(await page.locator('dialog button.main').isDisabled(), 'what would be refused can be sent');
await shot('refusal-before');
await page.keyboard.press('Escape');
await page.getByRole('dialog').waitFor({ state: 'detached' });

// First order: it rests at the day's lowest price.
const band = async () => (await page.locator('dialog p').first().textContent()).match(/band ([\d,.]+) to ([\d,.]+)/).slice(1).map((it) => it.replaceAll(',', ''));
await page.keyboard.press('b');
const [low] = await band();
await page.getByLabel('Quantity').fill('5');
await page.getByRole('textbox', { name: 'Price' }).fill(low);
await page.getByText('Margin it blocks').waitFor();
await shot('pad');
await page.getByRole('textbox', { name: 'Price' }).press('Enter');
await page.locator('tr[data-status="open"]').waitFor();
await page.locator('tr[data-status="open"] .link').click();
await page.locator('.story').getByText('stands at the exchange').waitFor();
await shot('story');
await page.getByRole('button', { name: /Cancel order/ }).first().click();
await page.locator('tr[data-status="cancelled"]').waitFor();
await page.keyboard.press('Escape');

// An intraday position at the market, squared off again.
await page.keyboard.press('F1');
await page.getByLabel('Quantity').fill('3');
await page.getByLabel('Product').selectOption('intraday');
await page.getByLabel('Type').selectOption('market');
await page.getByText('Margin it blocks').waitFor();
await page.getByLabel('Quantity').press('Enter');
await page.locator('tr[data-status="filled"]').waitFor({ timeout: 60000 });
await page.keyboard.press('3');
await shot('positions');
await page.getByRole('button', { name: /Square off 3/ }).click();
await page.getByText('Margin it blocks').waitFor();
await page.locator('dialog button.main').click();
await page.locator('tr[data-status="filled"]').nth(1).waitFor({ timeout: 60000 });
await page.keyboard.press('3');
await page.getByRole('button', { name: /Square off/ }).waitFor({ state: 'detached' });
await page.keyboard.press('2');
await page.getByRole('table', { name: 'Trades of the day' }).locator('tbody tr').nth(1).waitFor();
await shot('trades');
await page.keyboard.press('5');
await page.getByText('free for another order').waitFor();
await shot('funds');
await page.keyboard.press('6');
await page.locator('.chart canvas').first().waitFor();
await page.waitForTimeout(500);
await shot('chart');
await page.keyboard.press('?');
await shot('keys');
await page.keyboard.press('Escape');

// The connection goes: what was there stays and says how old it is; it comes back and goes on.
await page.keyboard.press('1');
const before = await page.locator('tr[data-order]').count();
process.kill(Number(broker), 'SIGSTOP');
await page.getByText('The connection is lost').waitFor({ timeout: 30000 });
must(before > 0 && await page.locator('tr[data-order]').count() === before, 'the last state is gone');
await shot('lost', false);
process.kill(Number(broker), 'SIGCONT');
await page.getByText('The connection is lost').waitFor({ state: 'detached', timeout: 30000 });

await page.setViewportSize({ width: 360, height: 740 });
const wide = await page.evaluate(() => [...document.querySelectorAll('body *')].filter((it) => !it.closest('.wide') && it.getBoundingClientRect().right > 361).map((it) => it.outerHTML.slice(0, 80)));
must(wide.length === 0, `wider than a small screen: ${wide.slice(0, 5).join('\n')}`);
await shot('narrow');
await page.setViewportSize({ width: 1360, height: 860 });
await page.emulateMedia({ colorScheme: 'dark' });
await page.waitForTimeout(300);
await shot('dark');
await page.getByRole('button', { name: 'Sign out' }).click();
await page.getByText('You are signed out.').waitFor();
must(cries.length === 0, `the page cried: ${cries.join('\n')}`);
await browser.close();
console.log('the terminal goes through its day');
