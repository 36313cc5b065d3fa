SELECT p.venue, p.account, CAST(SUM(p.amount) AS BIGINT) AS balance
FROM postings p WHERE p.entry <= $1 AND p.value_day <= $2
GROUP BY p.venue, p.account ORDER BY p.venue, p.account
