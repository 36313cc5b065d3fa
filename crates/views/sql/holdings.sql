WITH legs AS (
    SELECT m.security, m.target AS place, m.qty
    FROM moves m JOIN clients c ON c.client = m.client
    WHERE m.entry <= $1 AND c.ucc = $2 AND m.day <= $3
    UNION ALL
    SELECT m.security, m.source AS place, -m.qty
    FROM moves m JOIN clients c ON c.client = m.client
    WHERE m.entry <= $1 AND c.ucc = $2 AND m.day <= $3
)
SELECT n.symbol, n.isin, l.place, CAST(SUM(l.qty) AS BIGINT) AS qty
FROM legs l JOIN securities n ON n.security = l.security
WHERE l.place <> 'outside'
GROUP BY n.symbol, n.isin, l.place HAVING SUM(l.qty) <> 0
ORDER BY n.symbol, l.place
