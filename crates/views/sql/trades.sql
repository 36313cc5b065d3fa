SELECT s.number, t.at, t.trade, t.order_no, c.ucc, n.symbol, n.isin, t.side, t.qty, t.price, t.entry
FROM trades t
JOIN clients c ON c.client = COALESCE((
    SELECT r.client FROM recodings r
    WHERE r.trade = t.trade AND r.side = t.side AND r.entry <= $1
    ORDER BY r.entry DESC, r.line DESC LIMIT 1
), t.client)
JOIN securities n ON n.security = t.security
JOIN settlements s ON s.settlement = t.settlement
WHERE t.entry <= $1 AND t.day >= $2 AND t.day <= $3
ORDER BY t.entry, t.line
