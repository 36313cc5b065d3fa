SELECT o.order_no, o.at, c.ucc, n.symbol, o.side, o.kind, o.channel, o.qty, o.price,
       COALESCE((SELECT CAST(SUM(f.qty) AS BIGINT) FROM order_facts f
                 WHERE f.order_no = o.order_no AND f.fact = 'Traded' AND f.entry <= $1), 0) AS traded,
       (SELECT MAX(f.why) FROM order_facts f
        WHERE f.order_no = o.order_no AND f.fact = 'Closed' AND f.entry <= $1) AS ended, o.entry
FROM orders o
JOIN clients c ON c.client = o.client
JOIN securities n ON n.security = o.security
WHERE o.entry <= $1 AND o.day >= $2 AND o.day <= $3
ORDER BY o.entry, o.line
