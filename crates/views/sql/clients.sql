SELECT c.ucc, c.kind, c.state, c.opened,
       (SELECT f.fact FROM client_facts f WHERE f.client = c.client AND f.entry <= $1 AND f.day <= $2
        ORDER BY f.entry DESC, f.line DESC LIMIT 1) AS fact,
       (SELECT MAX(f.day) FROM client_facts f WHERE f.client = c.client AND f.entry <= $1 AND f.day <= $2) AS day
FROM clients c WHERE c.entry <= $1 AND c.opened <= $2
ORDER BY c.client
