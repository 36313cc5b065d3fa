SELECT b.break_no, b.at, b.kind, b.subject, b.ours, b.theirs, b.entry
FROM breaks b
WHERE b.entry <= $1 AND b.day <= $2
  AND NOT EXISTS (SELECT 1 FROM mends m WHERE m.break_no = b.break_no AND m.entry <= $1)
ORDER BY b.entry, b.line
