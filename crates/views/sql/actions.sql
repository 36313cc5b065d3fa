WITH sums AS (
    SELECT f.action_no AS action_no,
           COUNT(DISTINCT CASE WHEN f.fact = 'Entitled' THEN f.client END) AS entitled,
           CAST(COALESCE(SUM(CASE WHEN f.fact = 'Came' THEN f.amount END), 0) AS BIGINT) AS came,
           CAST(COALESCE(SUM(CASE WHEN f.fact = 'Passed' THEN f.amount END), 0) AS BIGINT) AS passed
    FROM action_facts f WHERE f.entry <= $1 GROUP BY f.action_no
)
SELECT a.action_no, s.symbol, a.benefit, a.ex, a.record, COALESCE(t.entitled, 0),
       CASE WHEN a.benefit = 'dividend' THEN COALESCE(t.came, 0) ELSE 0 END,
       CASE WHEN a.benefit = 'dividend' THEN COALESCE(t.passed, 0) ELSE 0 END,
       CASE WHEN a.benefit = 'dividend' THEN 0 ELSE COALESCE(t.came, 0) END,
       CASE WHEN a.benefit = 'dividend' THEN 0 ELSE COALESCE(t.passed, 0) END, a.entry
FROM actions a JOIN securities s ON s.security = a.security
LEFT JOIN sums t ON t.action_no = a.action_no
WHERE a.entry <= $1 AND a.record >= $2 AND a.record <= $3
ORDER BY a.action_no
