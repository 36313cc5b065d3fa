WITH lines AS (
    SELECT p.day, p.value_day, p.voucher, p.cause, p.reference, p.amount, p.entry, p.line,
           CAST(SUM(p.amount) OVER (ORDER BY p.entry, p.line) AS BIGINT) AS balance
    FROM postings p JOIN clients c ON c.client = p.owner
    WHERE p.entry <= $1 AND p.account = 'UCC' AND c.ucc = $2
)
SELECT day, value_day, voucher, cause, reference, amount, balance, entry
FROM lines WHERE day >= $3 AND day <= $4 ORDER BY entry, line
