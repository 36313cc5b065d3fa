// The broker's API. Whatever goes wrong is a Problem with a sentence to show.

export interface Problem { status: number; code: string; detail: string; number: number; paragraph: string; field?: string }
export interface Session { user: string; client: string; csrf: string; expires: string; idle: number; now: string }
export interface Level { price: number; qty: number; orders: number }
export interface Quote {
  name: string; last: number; last_qty: number; last_at: string | null; open: number; high: number; low: number; close: number;
  average: number; volume: number; band_low: number; band_high: number; tick: number; buys: Level[]; sells: Level[];
  at: string; source: string; age: number; stale: boolean;
}
export interface Instrument { name: string; symbol: string; venue: string; isin: string; tick: number; low: number; high: number }
export interface List { list: number; name: string; names: string[] }
export interface Order {
  order: string; entry: number; name: string; side: string; kind: string; product: string; validity: string; qty: number; price: number;
  trigger: number; filled: number; average: number; status: string; reason: string | null; received: string; updated: string;
  can_change: boolean; can_cancel: boolean;
}
export interface StoryLine { entry: number; at: string; what: string; qty: number; price: number; trigger: number; filled: number }
export interface Trade { trade: string; order: string; name: string; side: string; product: string; qty: number; price: number; at: string }
export interface Position {
  name: string; product: string; bought: number; paid: number; sold: number; got: number; net: number; open: number;
  square: string | null; last: number; profit: number;
}
export interface Holding {
  symbol: string; isin: string; there: number; free: number; blocked: number; pledged: number; last: number; close: number; value: number;
}
export interface Funds { free: number; parts: { what: string; amount: number; why: string }[] }
export interface Preview {
  at: number; value: number; margin: number; allowance: number; free: number; charges: { what: string; amount: number }[];
  charges_sum: number; waits: boolean; large: boolean; refusal: Problem | null;
}
export interface Candle { at: string; open: number; high: number; low: number; close: number; volume: number }

const LOST: Problem = { status: 0, code: 'Lost', detail: 'the broker cannot be reached', number: 0, paragraph: '' };

let csrf = '';
export const remember = (token: string) => { csrf = token; };

export async function ask<T>(method: string, path: string, body?: unknown, key?: string): Promise<T> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (method !== 'GET') headers['x-csrf-token'] = csrf;
  if (key) headers['idempotency-key'] = key;
  let answer: Response;
  try {
    answer = await fetch('/api/v1' + path, { method, headers, signal: AbortSignal.timeout(10_000), body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw LOST;
  }
  if (answer.status === 204) return undefined as T;
  const text = await answer.json().catch(() => LOST);
  if (!answer.ok) throw text as Problem;
  return text as T;
}

export const get = <T>(path: string) => ask<T>('GET', path);

// Paise as rupees, in Indian groups.
const rupees = new Intl.NumberFormat('en-IN', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const whole = new Intl.NumberFormat('en-IN');
export const money = (paise: number) => rupees.format(paise / 100);
export const shares = (n: number) => whole.format(n);
export const clock = (time: string) => time.slice(11, 19);

// A price that was typed, in paise; null where it is none. By figures, never by fractions of two.
export function paise(text: string): number | null {
  const m = /^\s*(\d{1,8})(?:\.(\d{1,2}))?\s*$/.exec(text);
  return m ? Number(m[1]) * 100 + Number((m[2] ?? '').padEnd(2, '0')) : null;
}
export const typed = (paise: number) => `${Math.trunc(paise / 100)}.${String(paise % 100).padStart(2, '0')}`;
