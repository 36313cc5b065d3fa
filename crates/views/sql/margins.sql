SELECT m.day, c.ucc, m.var, m.elm, m.mtm, m.covered, k.upfront, k.funds, k.deposits, k.securities, k.short,
       r.nth, r.wanted, r.peak, r.penalty, m.entry
FROM client_margins m JOIN clients c ON c.client = m.client
LEFT JOIN margins_collected k ON k.day = m.day AND k.client = m.client AND k.entry <= $1
LEFT JOIN margin_reports r ON r.day = m.day AND r.client = m.client AND r.entry <= $1
WHERE m.entry <= $1 AND m.day >= $2 AND m.day <= $3
ORDER BY m.entry, m.line
