WITH reached AS (
    SELECT f.settlement, MAX(f.entry) AS entry FROM settlement_facts f
    WHERE f.entry <= $1 AND f.fact IN ('Matched', 'Billed', 'Agreed', 'PaidIn', 'PaidOut', 'Done') AND f.client IS NULL
    GROUP BY f.settlement
)
SELECT s.number, s.kind, s.trade_day, s.pay_in, s.pay_out, MAX(f.fact), MAX(f.day)
FROM settlements s
LEFT JOIN reached r ON r.settlement = s.settlement
LEFT JOIN settlement_facts f ON f.settlement = s.settlement AND f.entry = r.entry AND f.client IS NULL
    AND f.fact IN ('Matched', 'Billed', 'Agreed', 'PaidIn', 'PaidOut', 'Done')
WHERE s.entry <= $1 AND s.trade_day >= $2 AND s.trade_day <= $3
GROUP BY s.settlement, s.number, s.kind, s.trade_day, s.pay_in, s.pay_out
ORDER BY s.trade_day, s.settlement
