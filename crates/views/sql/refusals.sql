SELECT r.at, r.source, r.name, r.sentence, r.entry
FROM refusals r WHERE r.entry <= $1 AND r.day >= $2 AND r.day <= $3
ORDER BY r.entry, r.line
