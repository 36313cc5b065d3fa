// A trading day with the public JavaScript client, of which only the root is another.
const { KiteConnect, KiteTicker } = require("kiteconnect");
const [ROOT, KEY, SECRET, USER, PASSWORD, TOTP] = process.argv.slice(2);

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
function check(what, so) {
  if (!so) throw new Error("not so: " + what);
}
async function until(what, so, patience = 20000) {
  for (const end = Date.now() + patience; Date.now() < end; await sleep(100)) {
    const found = await so();
    if (found) return found;
  }
  throw new Error("never: " + what);
}
async function refused(kind, ask) {
  try {
    await ask();
  } catch (e) {
    check(`refused as ${e.error_type}, not ${kind}: ${e.message}`, e.error_type === kind);
    return e.message;
  }
  throw new Error("was taken, and should be refused: " + kind);
}

// Asks again when it was told that it asks too fast, as a program should.
function calm(client) {
  const asked = (of) => async (...args) => {
    for (;;) {
      try {
        return await of.apply(client, args);
      } catch (e) {
        if (e.error_type !== "NetworkException" || !e.message.startsWith("Too many requests")) throw e;
        await sleep(250);
      }
    }
  };
  return new Proxy(client, { get: (of, name) => (typeof of[name] === "function" && name !== "setAccessToken" ? asked(of[name]) : of[name]) });
}

async function day() {
  const kite = calm(new KiteConnect({ api_key: KEY, root: ROOT }));
  const form = new URLSearchParams({ api_key: KEY, user_id: USER, password: PASSWORD, totp: TOTP });
  const signed = await (await fetch(ROOT + "/connect/login", { method: "POST", body: form })).json();
  const session = await kite.generateSession(signed.request_token, SECRET);
  check("the session is the user's", session.user_id === USER);
  kite.setAccessToken(session.access_token);
  check("the profile is too", (await kite.getProfile()).user_id === USER);
  const one = (await kite.getInstruments("NSE"))[0];
  const symbol = one.tradingsymbol, token = Number(one.instrument_token), name = "NSE:" + symbol;
  const quote = (await kite.getQuote([name]))[name];
  const last = (await kite.getLTP([name]))[name].last_price;
  check("the last price is within the band", quote.lower_circuit_limit <= last && last <= quote.upper_circuit_limit);

  const ticks = [], updates = [];
  const stream = new KiteTicker({ api_key: KEY, access_token: session.access_token, root: ROOT.replace("http", "ws") + "/" });
  stream.on("connect", () => {
    stream.subscribe([token]);
    stream.setMode(stream.modeFull, [token]);
  });
  stream.on("ticks", (some) => ticks.push(...some));
  stream.on("order_update", (order) => updates.push(order));
  stream.connect();
  await until("a full tick", () => ticks.some((t) => t.mode === "full" && t.instrument_token === token));

  const state = async (id) => (await kite.getOrders()).find((o) => o.order_id === id);
  const place = async (more) => {
    const order = { exchange: "NSE", tradingsymbol: symbol, transaction_type: "BUY", quantity: 2, product: "CNC", order_type: "LIMIT", price: quote.lower_circuit_limit };
    return (await kite.placeOrder("regular", { ...order, ...more })).order_id;
  };
  const waits = await place({ tag: "first" });
  await until("it is open", async () => (await state(waits)).status === "OPEN");
  await kite.modifyOrder("regular", waits, { quantity: 3 });
  await until("it is changed", async () => (await state(waits)).quantity === 3);
  await kite.cancelOrder("regular", waits);
  await until("it is cancelled", async () => (await state(waits)).status === "CANCELLED");
  check("its story is told", (await kite.getOrderHistory(waits)).length >= 8);
  await until("the stream told of it", () => updates.some((o) => o.order_id === waits && o.status === "CANCELLED"));

  await refused("InputException", () => place({ product: "NRML" }));
  const more = { exchange: "NSE", tradingsymbol: symbol, transaction_type: "BUY", variety: "regular", product: "CNC", order_type: "LIMIT", quantity: 1, price: last, trigger_price: 0 };
  const much = Math.floor((await kite.getMargins("equity")).net / (await kite.orderMargins([more]))[0].total) + 1;
  // Refused for money; or, of who has much, for the limit of one order.
  const no = await place({ quantity: much, price: last }).then(() => null, (e) => e);
  const named = { MarginException: "ShortOfFunds", OrderException: "OverUserOrder" }[no?.error_type];
  check(`a refusal names its rule: ${no?.message}`, named !== undefined && no.message.includes(named));
  const bought = await place({ order_type: "MARKET", price: undefined, product: "MIS" });
  await until("it is dealt in", async () => (await state(bought)).status === "COMPLETE");
  check("its trades add up", (await kite.getOrderTrades(bought)).reduce((sum, t) => sum + t.quantity, 0) === 2);
  check("it is converted", (await kite.convertPosition({ exchange: "NSE", tradingsymbol: symbol, transaction_type: "BUY", position_type: "day", quantity: 1, old_product: "MIS", new_product: "CNC" })) === true);
  const net = (await kite.getPositions()).net.filter((p) => p.tradingsymbol === symbol);
  check("one moved", net.length === 2 && net.every((p) => p.quantity === 1));
  check("holdings are a list", Array.isArray(await kite.getHoldings()));
  check("money is left", (await kite.getMargins("equity")).net > 0);
  const thought = [{ exchange: "NSE", tradingsymbol: symbol, transaction_type: "BUY", variety: "regular", product: "MIS", order_type: "LIMIT", quantity: 10, price: last, trigger_price: 0 }];
  check("an order binds", (await kite.orderMargins(thought))[0].total > 0);
  check("a basket too", (await kite.orderBasketMargins(thought, true)).initial.total > 0);
  const noted = [{ ...thought[0], order_id: bought, average_price: last }];
  check("a contract note has charges", (await kite.getvirtualContractNote(noted))[0].charges.total > 0);
  const leg = { transaction_type: "BUY", quantity: 1, order_type: "LIMIT", product: "CNC", price: last };
  const kept = await kite.placeGTT({ trigger_type: "single", tradingsymbol: symbol, exchange: "NSE", trigger_values: [quote.lower_circuit_limit], last_price: last, orders: [leg] });
  check("it waits", (await kite.getGTT(kept.trigger_id)).status === "active");
  await kite.deleteGTT(kept.trigger_id);

  stream.autoReconnect(false, 1, 5);
  stream.disconnect();
  await kite.invalidateAccessToken();
  await refused("TokenException", () => kite.getOrders());
  console.log(`the day is over: ${ticks.length} ticks, ${updates.length} updates`);
  process.exit(0);
}

day().catch((e) => {
  console.error(e);
  process.exit(1);
});
