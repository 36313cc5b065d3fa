SELECT c.ucc, CAST(SUM(p.amount) AS BIGINT) AS balance
FROM postings p JOIN clients c ON c.client = p.owner
WHERE p.entry <= $1 AND p.account = 'UCC' AND p.value_day <= $2
GROUP BY c.ucc ORDER BY c.ucc
