SELECT h.head, h.base, h.amount, c.ucc, h.entry
FROM charges h JOIN clients c ON c.client = h.client
WHERE h.entry <= $1 AND h.note = $2
ORDER BY h.entry, h.line
