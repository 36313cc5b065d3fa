SELECT p.payment, p.at, p.purpose, p.amount,
       (SELECT f.fact FROM payments f WHERE f.payment = p.payment AND f.entry <= $1
        ORDER BY f.entry DESC, f.line DESC LIMIT 1) AS answer, p.entry
FROM payments p
WHERE p.entry <= $1 AND p.fact = 'PaymentAsked' AND p.day >= $2 AND p.day <= $3
ORDER BY p.entry, p.line
