SELECT i.code, i.kind, i.form, i.opened,
       (SELECT COUNT(*) FROM intermediary_facts f
        WHERE f.fact = 'Introduced' AND f.intermediary = i.intermediary AND f.entry <= $1 AND f.since <= $2
          AND NOT EXISTS (SELECT 1 FROM intermediary_facts g
                          WHERE g.fact = 'Introduced' AND g.client = f.client AND g.entry <= $1 AND g.since <= $2
                            AND g.since > f.since)) AS clients,
       (SELECT CAST(COALESCE(-SUM(p.amount), 0) AS BIGINT) FROM postings p
        WHERE p.account = 'IM' AND p.owner = i.intermediary AND p.entry <= $1 AND p.value_day <= $2) AS due,
       (SELECT f.fact FROM intermediary_facts f WHERE f.intermediary = i.intermediary AND f.entry <= $1 AND f.day <= $2
        ORDER BY f.entry DESC, f.line DESC LIMIT 1) AS fact,
       (SELECT MAX(f.day) FROM intermediary_facts f WHERE f.intermediary = i.intermediary AND f.entry <= $1 AND f.day <= $2) AS day
FROM intermediaries i WHERE i.entry <= $1 AND i.opened <= $2
ORDER BY i.intermediary
