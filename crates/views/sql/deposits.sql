SELECT d.deposit, c.ucc, d.form, s.symbol, d.qty, d.amount, d.good_until,
       (SELECT f.value FROM deposit_facts f WHERE f.deposit = d.deposit AND f.fact = 'Valued' AND f.entry <= $1 AND f.day <= $2
        ORDER BY f.entry DESC, f.line DESC LIMIT 1) AS value,
       (SELECT f.fact FROM deposit_facts f WHERE f.deposit = d.deposit AND f.entry <= $1 AND f.day <= $2
        ORDER BY f.entry DESC, f.line DESC LIMIT 1) AS fact, d.entry
FROM deposits d JOIN clients c ON c.client = d.client LEFT JOIN securities s ON s.security = d.security
WHERE d.entry <= $1 AND d.day <= $2
ORDER BY d.deposit
