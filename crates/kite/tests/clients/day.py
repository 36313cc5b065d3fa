"""A trading day with the public Python client, of which only the root is another."""
import sys
import threading
import time

import requests
from kiteconnect import KiteConnect, KiteTicker, exceptions

ROOT, KEY, SECRET, USER, PASSWORD, TOTP = sys.argv[1:7]


def until(what, so, patience=20.0):
    end = time.time() + patience
    while time.time() < end:
        found = so()
        if found:
            return found
        time.sleep(0.1)
    raise SystemExit("never: " + what)


def check(what, so):
    if not so:
        raise SystemExit("not so: " + what)


def refused(kind, code, ask):
    try:
        ask()
    except kind as e:
        check("the code of %s is %s, not %s" % (kind.__name__, e.code, code), e.code == code)
        return str(e)
    raise SystemExit("was taken, and should be refused: %s" % kind.__name__)


def beyond(ask):
    """Refused for money; or, of who has much, for the limit of one order."""
    try:
        ask()
    except (exceptions.GeneralException, exceptions.OrderException) as e:
        return (e.code, "ShortOfFunds" in str(e), "OverUserOrder" in str(e)) in [(400, True, False), (500, False, True)]
    return False


class Calm:
    """Asks again when it was told that it asks too fast, as a program should."""

    def __init__(self, client):
        self.client = client

    def __getattr__(self, name):
        of = getattr(self.client, name)
        if not callable(of):
            return of

        def asked(*args, **more):
            while True:
                try:
                    return of(*args, **more)
                except exceptions.NetworkException as e:
                    check("only haste is told so: %s" % e, e.code == 429)
                    time.sleep(0.25)

        return asked


kite = Calm(KiteConnect(api_key=KEY, root=ROOT))
signed = requests.post(ROOT + "/connect/login", data=dict(api_key=KEY, user_id=USER, password=PASSWORD, totp=TOTP)).json()
session = kite.generate_session(signed["request_token"], api_secret=SECRET)
check("the session is the user's", session["user_id"] == USER and session["login_time"].year >= 2000)
check("the profile is too", kite.profile()["user_id"] == USER)

listed = kite.instruments("NSE")
one = listed[0]
symbol, token, name = one["tradingsymbol"], one["instrument_token"], "NSE:" + one["tradingsymbol"]
check("instruments of all exchanges are more or as many", len(kite.instruments()) >= len(listed))
band = kite.trigger_range("BUY", name)[name]
last = kite.ltp(name)[name]["last_price"]
check("the last price is within the band", band["lower"] <= last <= band["upper"])
check("a quote has five levels", len(kite.quote(name)[name]["depth"]["buy"]) == 5)
check("what is not known is left out", kite.ohlc("NSE:NOBODY") == {})

ticks, updates, connected = [], [], threading.Event()
stream = KiteTicker(KEY, kite.access_token, root=ROOT.replace("http", "ws"))


def on_connect(ws, _):
    ws.subscribe([token])
    ws.set_mode(ws.MODE_FULL, [token])
    connected.set()


stream.on_connect = on_connect
stream.on_ticks = lambda ws, some: ticks.extend(some)
stream.on_order_update = lambda ws, order: updates.append(order)
stream.connect(threaded=True)
check("the stream is open", connected.wait(10))
until("a full tick", lambda: any(t["mode"] == "full" and t["instrument_token"] == token for t in ticks))


def state(order_id):
    return [o for o in kite.orders() if o["order_id"] == order_id][0]


def place(**more):
    order = dict(variety="regular", exchange="NSE", tradingsymbol=symbol, transaction_type="BUY", quantity=2, product="CNC",
                 order_type="LIMIT", price=band["lower"])
    order.update(more)
    return kite.place_order(**order)


# Placed, changed, cancelled.
waits = place(tag="first")
until("it is open", lambda: state(waits)["status"] == "OPEN")
kite.modify_order("regular", waits, quantity=3, order_type="LIMIT", price=band["lower"])
until("it is changed", lambda: state(waits)["quantity"] == 3)
kite.cancel_order("regular", waits)
until("it is cancelled", lambda: state(waits)["status"] == "CANCELLED")
check("its story is told", [o["status"] for o in kite.order_history(waits)][-1] == "CANCELLED" and len(kite.order_history(waits)) >= 8)
check("its tag came back", state(waits)["tag"] == "first")
until("the stream told of it", lambda: any(o["order_id"] == waits and o["status"] == "CANCELLED" for o in updates))

# Refused: for money, for shares, for its words.
more = dict(exchange="NSE", tradingsymbol=symbol, transaction_type="BUY", variety="regular", product="CNC", order_type="LIMIT",
            quantity=1, price=last, trigger_price=0)
much = int(kite.margins("equity")["net"] / kite.order_margins([more])[0]["total"]) + 1
check("a refusal names its rule", beyond(lambda: place(quantity=much, price=last)))
check("and is kept", any(o["status"] == "REJECTED" for o in kite.orders()))
refused(exceptions.InputException, 400, lambda: place(product="NRML"))
refused(exceptions.InputException, 400, lambda: place(exchange="NFO"))
refused(exceptions.InputException, 400, lambda: place(price=0.01))

# Dealt in, delivered and intraday; a position is converted.
before = kite.margins("equity")["net"]
bought = place(order_type="MARKET", price=None)
until("it is dealt in", lambda: state(bought)["status"] == "COMPLETE")
check("its trades add up", sum(t["quantity"] for t in kite.order_trades(bought)) == 2 and len(kite.trades()) >= 1)
check("it took money", kite.margins("equity")["net"] < before)
intraday = place(order_type="MARKET", price=None, product="MIS", quantity=4)
until("it is dealt in", lambda: state(intraday)["status"] == "COMPLETE")


def net(product):
    return sum(p["quantity"] for p in kite.positions()["net"] if p["product"] == product and p["tradingsymbol"] == symbol)


check("there are two positions", (net("CNC"), net("MIS")) == (2, 4))
check("it is converted", kite.convert_position("NSE", symbol, "BUY", "day", 1, "MIS", "CNC") is True)
check("one moved", (net("CNC"), net("MIS")) == (3, 3))
closes = place(order_type="MARKET", price=None, product="MIS", quantity=3, transaction_type="SELL")
until("it is closed", lambda: state(closes)["status"] == "COMPLETE" and net("MIS") == 0)
stop = place(order_type="SL", trigger_price=band["upper"], price=band["upper"], quantity=1)
until("a stop sleeps", lambda: state(stop)["status"] == "TRIGGER PENDING")
kite.cancel_order("regular", stop)

# A part is dealt in, the rest waits.
if len(sys.argv) > 7:
    def take_back(order_id):
        try:
            kite.cancel_order("regular", order_id)
        except exceptions.OrderException:
            # The market was quicker.
            check("it is over already", state(order_id)["status"] in ("COMPLETE", "CANCELLED"))

    def partly():
        offers = until("offers", lambda: [o for o in kite.quote(name)[name]["depth"]["sell"] if o["quantity"] > 0])
        part = place(price=offers[0]["price"], quantity=offers[0]["quantity"] + 7, product="MIS")
        end = time.time() + 2
        while time.time() < end:
            if any(0 < o["filled_quantity"] < o["quantity"] for o in kite.order_history(part)):
                return part
            time.sleep(0.1)
        # The market went away before the order was there.
        take_back(part)
        return None

    part = until("a part is dealt in", partly, 60)
    rest = state(part)
    check("what waits is what was not dealt in", rest["pending_quantity"] + rest["filled_quantity"] == rest["quantity"])
    take_back(part)

holdings = kite.holdings()
check("holdings have their shape", all("t1_quantity" in h for h in holdings))

# What an order would bind and cost.
thought = [dict(exchange="NSE", tradingsymbol=symbol, transaction_type="BUY", variety="regular", product="MIS", order_type="LIMIT",
                quantity=10, price=last, trigger_price=0)]
check("an order binds", kite.order_margins(thought)[0]["total"] > 0)
check("a basket too", kite.basket_order_margins(thought, consider_positions=True)["initial"]["total"] > 0)
noted = [dict(order_id=bought, exchange="NSE", tradingsymbol=symbol, transaction_type="BUY", variety="regular", product="CNC",
              order_type="MARKET", quantity=2, average_price=last)]
check("a contract note has charges", kite.get_virtual_contract_note(noted)[0]["charges"]["total"] > 0)

# An order that waits for its price.
leg = dict(transaction_type="BUY", quantity=1, order_type="LIMIT", product="CNC", price=band["upper"])
kept = kite.place_gtt("single", symbol, "NSE", [band["lower"]], last, [leg])["trigger_id"]
kite.modify_gtt(kept, "single", symbol, "NSE", [band["lower"]], last, [leg])
check("it waits", kite.get_gtt(kept)["status"] == "active")
kite.delete_gtt(kept)
check("it is deleted", kite.get_gtt(kept)["status"] == "deleted")
if len(sys.argv) > 7:
    def fired():
        # At the last price it is reached with the next one that is told, unless the market goes away before.
        seen = kite.ltp(name)[name]["last_price"]
        waits = kite.place_gtt("single", symbol, "NSE", [seen], seen, [leg])["trigger_id"]
        end = time.time() + 3
        while time.time() < end:
            if kite.get_gtt(waits)["status"] == "triggered":
                return waits
            time.sleep(0.1)
        try:
            kite.delete_gtt(waits)
        except exceptions.InputException:
            # The market was quicker.
            return waits
        return None

    fires = until("a kept order fires", fired, 60)
    check("its order was placed", kite.get_gtt(fires)["orders"][0]["result"]["order_result"]["status"] == "success")
    candles = kite.historical_data(token, session["login_time"].replace(hour=9, minute=0), session["login_time"].replace(hour=18), "minute")
    check("candles are ours", len(candles) > 0 and candles[-1]["high"] >= candles[-1]["low"])

# An order for when the exchange is open is not kept while it is.
refused(exceptions.OrderException, 500, lambda: place(variety="amo"))

stream.close()
kite.invalidate_access_token()
expired = []
kite.set_session_expiry_hook(lambda: expired.append(True))
try:
    kite.orders()
except exceptions.TokenException:
    pass
check("the session is over", expired == [True] or refused(exceptions.TokenException, 403, kite.orders))
print("the day is over: %d ticks, %d updates" % (len(ticks), len(updates)))
