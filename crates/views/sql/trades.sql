SELECT s.number, t.at, t.trade, t.order_no, c.ucc, n.symbol, n.isin, t.side, COALESCE(x.qty, t.qty), COALESCE(x.price, t.price), t.entry
FROM trades t
JOIN clients c ON c.client = COALESCE((
    SELECT r.client FROM recodings r
    WHERE r.trade = t.trade AND r.side = t.side AND r.venue = t.venue AND r.day = t.day AND r.entry <= $1
    ORDER BY r.entry DESC, r.line DESC LIMIT 1
), t.client)
LEFT JOIN corrections x ON x.trade = t.trade AND x.side = t.side AND x.venue = t.venue AND x.day = t.day AND x.entry <= $1
    AND NOT EXISTS (
        SELECT 1 FROM corrections y
        WHERE y.trade = x.trade AND y.side = x.side AND y.venue = x.venue AND y.day = x.day AND y.entry <= $1
          AND (y.entry > x.entry OR (y.entry = x.entry AND y.line > x.line))
    )
JOIN securities n ON n.security = t.security
JOIN settlements s ON s.settlement = t.settlement
WHERE t.entry <= $1 AND t.day >= $2 AND t.day <= $3
  AND (x.trade IS NULL OR x.qty IS NOT NULL)
ORDER BY t.entry, t.line
