SELECT n.year, n.note, n.day, c.ucc, s.number,
       (SELECT COUNT(*) FROM note_trades t WHERE t.note = n.note AND t.client = n.client AND t.entry = n.entry) AS trades,
       (SELECT CAST(SUM(t.brokerage) AS BIGINT) FROM note_trades t
        WHERE t.note = n.note AND t.client = n.client AND t.entry = n.entry) AS brokerage,
       n.net, n.entry
FROM notes n
JOIN clients c ON c.client = n.client
JOIN settlements s ON s.settlement = n.settlement
WHERE n.entry <= $1 AND n.day >= $2 AND n.day <= $3
ORDER BY n.entry, n.line
