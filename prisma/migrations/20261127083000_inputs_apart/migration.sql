-- As `append_unmoved` before it, but that the inputs of decisions come as texts of their own: they are two thirds of what a
-- decision is, and full of quotes, each of which JSON inside JSON has escaped on one side and read back on the other.
CREATE FUNCTION append_unmoved(expected uuid, until timestamptz, keys text[], ends timestamptz[], shown text[],
  decisions json, inputs text[], credentials json, events json, before text[], between_ text[], behind text[], texts json,
  OUT stored text[], OUT is_written boolean) LANGUAGE plpgsql
  -- Else each statement is planned anew for each number of rows.
  SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  held bigint;
BEGIN
  is_written := false;
  WITH spent AS (INSERT INTO used_once (key, expires)
    SELECT u.key, u.expires FROM unnest(keys, ends) AS u(key, expires) ORDER BY u.key
    ON CONFLICT (key) DO NOTHING RETURNING key)
  SELECT array_agg(key) INTO stored FROM spent;
  IF coalesce(cardinality(stored), 0) < cardinality(keys) THEN
    RETURN;
  END IF;
  IF cardinality(shown) > 0 THEN
    SELECT count(*) INTO held FROM
      (SELECT id FROM credential WHERE id = ANY (shown) AND revoked IS NULL ORDER BY id FOR SHARE) live;
    IF held < cardinality(shown) THEN
      RETURN;
    END IF;
  END IF;
  PERFORM 1 FROM trail_head WHERE id = 1 AND grounds_rev = expected FOR UPDATE;
  IF NOT FOUND OR clock_timestamp() >= until THEN
    RETURN;
  END IF;
  INSERT INTO decision (id, tenant_id, request_id, grant_id, scope_id, asked, action, resource, policy_set, input,
    verdict, stages, policy_ids, says, errors, reason, made)
  SELECT d.id, d.tenant_id, d.request_id, d.grant_id, d.scope_id, d.asked, d.action, d.resource, d.policy_set, d.input,
    d.verdict, d.stages, d.policy_ids, d.says, d.errors, d.reason, d.made
  FROM ROWS FROM (json_to_recordset(decisions) AS (id text, "tenantId" text, "requestId" text, "grantId" text,
      "scopeId" text, asked text, action text, resource text, "policySet" text, verdict text, stages jsonb,
      "policyIds" text[], says text[], errors text[], reason text, made timestamptz),
    unnest(inputs)) AS d(id, tenant_id, request_id, grant_id, scope_id, asked, action, resource, policy_set, verdict,
      stages, policy_ids, says, errors, reason, made, input);
  IF credentials IS NOT NULL THEN
    INSERT INTO credential (id, grant_id, agent_id, server_id, scope, jkt, issued, expires, decision_ids)
    SELECT c.id, c."grantId", c."agentId", c."serverId", c.scope, c.jkt, c.issued, c.expires, c."decisionIds"
    FROM json_to_recordset(credentials) AS c(id text, "grantId" text, "agentId" text, "serverId" text, scope text,
      jkt text, issued timestamptz, expires timestamptz, "decisionIds" text[]);
  END IF;
  PERFORM append_events(events, before, between_, behind, texts, NULL);
  is_written := true;
END $$;

-- Older servers go on calling it as they know it: it does the same by the one above.
CREATE OR REPLACE FUNCTION append_unmoved(expected uuid, until timestamptz, keys text[], ends timestamptz[], shown text[],
  decisions json, credentials json, events json, before text[], between_ text[], behind text[], texts json,
  OUT stored text[], OUT is_written boolean) LANGUAGE plpgsql AS $$
DECLARE
  inputs text[];
BEGIN
  SELECT array_agg(d.value ->> 'input' ORDER BY d.n) INTO inputs
    FROM json_array_elements(decisions) WITH ORDINALITY AS d(value, n);
  SELECT a.stored, a.is_written INTO stored, is_written
    FROM append_unmoved(expected, until, keys, ends, shown, decisions, inputs, credentials, events, before, between_, behind,
      texts) a;
END $$;
